// Hierarchical: reduce-scatter in each node, rings across nodes among members of equal place,
// all-gather in nodes. With g members on each of k nodes a member sends (g - 1) / g inside and
// (k - 1) / (k g) across for each half, all interfaces at once (Jia et al., arXiv 1807.11205).
// All-to-all collects in the node what goes to the same place of other nodes, then sends it across:
// (g - 1) / g inside, (k - 1) / k across, as DeepSpeed-MoE does (arXiv 2201.05596).
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// Fits where the members stand evenly on several nodes, several on each.
std::vector<Phase> hierarchical_phases(Operation operation, const Group& group);
Rounds hierarchical_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
