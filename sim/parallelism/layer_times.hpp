// Times of layers that somebody measured, of one model on one chip: where a plan has them they
// stand instead of the kernel model. By micro-batch and tensor-parallel degree, since a table says
// nothing between its rows.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace trainyard::parallelism {

// Of one rank. Forward and backward are of one micro-batch, tensor exchanges included.
struct LayerTime {
  Seconds forward;
  Seconds backward;               // both gradients
  std::optional<Seconds> update;  // of all of its parameters, once a step; none: not measured

  bool operator==(const LayerTime&) const = default;
};

struct MeasuredLayers {
  LayerTime entry;
  std::vector<LayerTime> blocks;  // shape [blocks of the model]
  LayerTime exit;
};

struct MeasuredAt {
  std::int64_t micro_batch = 1;
  std::int64_t tensor = 1;

  auto operator<=>(const MeasuredAt&) const = default;
};

struct LayerTimes {
  std::string name;    // as messages call it
  std::string digest;  // of all that follows
  std::map<MeasuredAt, MeasuredLayers> layers;
};

}  // namespace trainyard::parallelism
