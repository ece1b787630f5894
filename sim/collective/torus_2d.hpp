// Two-dimensional torus: rings along rows, then along columns, all-gathers back. With r rows of c
// members 2 (n - 1) / n buffers from each in an all-reduce, as a ring, in 2 (r + c - 2) messages
// instead of 2 (n - 1) (Mikami et al., arXiv 1811.05233). One direction of each ring.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// Fits where Group::columns divides the members.
std::vector<Phase> torus_2d_phases(Operation operation, const Group& group);
Rounds torus_2d_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
