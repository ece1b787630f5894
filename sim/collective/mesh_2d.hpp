// Two-dimensional mesh without wrap-around: along rows, then along columns, the sum of a part runs
// to its member from both ends of the line; all-gathers run back over the same hops (bucket
// algorithms: Chan, Heimlich, Purkayastha, van de Geijn, doi 10.1002/cpe.1206). With r rows of c
// members the members send 2 (n - 1) buffers together, as in a ring, and the busiest hop carries 2
// (c - 1) / c along rows and 2 (r - 1) / n along columns; 2 (r + c - 2) messages.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// Fits where Group::columns divides the members.
std::vector<Phase> mesh_2d_phases(Operation operation, const Group& group);
Rounds mesh_2d_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
