#include "collective/mesh_2d.hpp"

#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {

std::vector<Phase> mesh_2d_phases(Operation operation, const Group& group) {
  const auto members = grid_of(group);
  if (!members) return {};
  // What is left of the buffer after the rows' reduce-scatter.
  const double part = 1 / static_cast<double>(members->columns.size());
  std::vector<Phase> phases;
  if (reduces(operation)) {
    phases.push_back(chain_reduce_scatter_phase(members->rows, 1));
    phases.push_back(chain_reduce_scatter_phase(members->columns, part));
  }
  if (gathers(operation)) {
    phases.push_back(chain_all_gather_phase(members->columns, part));
    phases.push_back(chain_all_gather_phase(members->rows, 1));
  }
  std::erase_if(phases, [](const Phase& phase) { return phase.transfers.empty(); });
  return phases;
}

Rounds mesh_2d_rounds(Operation operation, const Group& group) {
  const auto members = grid_of(group);
  if (!members || halves(operation) == 0) return {};
  return grid_rounds(operation, *members, chain_reduce_scatter, chain_all_gather);
}

}  // namespace trainyard::collective
