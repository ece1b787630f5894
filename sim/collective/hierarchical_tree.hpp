// Hierarchical with trees: reduce-scatter in each node, double binary trees across nodes among
// members of equal place, all-gather in nodes. With g members on each of k nodes a member sends
// (g - 1) / g inside for each half and no more than 2 / g across, in 2 (g - 1) + 2 ceil(log2 k)
// messages: for buffers whose ring across would wait for 2 (k - 1). (Across as NCCL 2.4, Sanders,
// Speck, Träff, doi 10.1016/j.parco.2009.09.001; inside as Jia et al., arXiv 1807.11205.)
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// all_reduce. Fits where the members stand evenly on several nodes, several on each.
std::vector<Phase> hierarchical_tree_phases(Operation operation, const Group& group);
Rounds hierarchical_tree_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
