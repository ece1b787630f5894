// Double binary tree: two binary trees over all members, half of the buffer up and down each. Who
// has children in one tree is a leaf of the other (but for one member of an odd number), so that no
// member sends more than two buffers in an all-reduce, and all members 2 (n - 1) together, in
// 2 ceil(log2 n) messages (Sanders, Speck, Träff, doi 10.1016/j.parco.2009.09.001, as in NCCL 2.4).
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// all_reduce. One phase in which all hops of both trees work at once: exact in the limit of many
// small pieces. Every hop waits for the way of the first piece up and down the whole tree; where
// hops have different latencies, this counts the longer one all the way.
std::vector<Phase> double_binary_tree_phases(Operation operation, const Group& group);

// Pieces up in a pipeline, then down; in the phase up and down overlap. The bytes of each hop are
// the same, and so is the bound by a member's port: a buffer up and a buffer down.
Rounds double_binary_tree_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
