// Rail rings: as many rings as a node has members, side by side, each with its part of the buffer.
// Ring r enters every node at place r and leaves it from the place before, through the interface of
// place r: all interfaces work at once, each on its rail. With g members on each of k nodes a
// member sends a ring's bytes, 1 / g of them across and the rest inside at the same time; a piece
// goes k (g - 1) hops inside and k - 1 across, for each half. So NCCL builds its rings where every
// accelerator has an interface.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// all_reduce and its halves. Fits where the members stand evenly on several nodes, several on each.
std::vector<Phase> rail_rings_phases(Operation operation, const Group& group);
Rounds rail_rings_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
