// Which nodes of a pool a gang gets. One file pair for each placement, one row in catalog.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scheduling/nodes.hpp"

namespace trainyard::scheduling {

struct Gang {
  std::int64_t accelerators = 0;
  // Nodes of a leaf switch, whose numbers begin at its multiples; 0: the fabric has no leaves.
  std::int64_t nodes_per_leaf = 0;
};

// What the gang gets of the idle ones, in the order of its ranks; none where it does not fit. Takes
// nothing.
using Place = std::optional<std::vector<Piece>> (*)(const Nodes& nodes, const Gang& gang);

struct PlacementRow {
  std::string_view name;
  std::string_view summary;
  Place place = nullptr;
};

std::span<const PlacementRow> placements();

}  // namespace trainyard::scheduling
