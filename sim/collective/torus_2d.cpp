#include "collective/torus_2d.hpp"

#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {

std::vector<Phase> torus_2d_phases(Operation operation, const Group& group) {
  const auto members = grid_of(group);
  return members ? grid_phases(operation, *members) : std::vector<Phase>{};
}

Rounds torus_2d_rounds(Operation operation, const Group& group) {
  const auto members = grid_of(group);
  if (!members || halves(operation) == 0) return {};
  return grid_rounds(operation, *members, ring_reduce_scatter, ring_all_gather);
}

}  // namespace trainyard::collective
