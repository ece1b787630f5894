// Reader of a plan's "measured": layer times from files beside the scenario, for every accelerator
// alike or by its name.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "document/reader.hpp"
#include "parallelism/layer_times.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

using SharedTimes = std::shared_ptr<const parallelism::LayerTimes>;

struct MeasuredTables {
  SharedTimes every;                           // of whatever it runs on
  std::map<std::string, SharedTimes> by_chip;  // by name of an accelerator

  // Times of that accelerator: none where nothing is measured, a table without rows where others
  // are, so that nobody takes the kernel model's times for measured ones.
  [[nodiscard]] SharedTimes on(const std::string& accelerator) const;
};

MeasuredTables read_measured(document::Object& plan, const Definitions& definitions);

}  // namespace trainyard::scenario
