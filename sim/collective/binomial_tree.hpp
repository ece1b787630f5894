// Binomial tree: the whole buffer goes from member to member over distances 1, 2, 4, ... up to
// member 0, and back down the same way; ceil(log2 n) messages each. All members together send
// n - 1 buffers each way, member 0 ceil(log2 n) of them down: good for small buffers only (Thakur,
// Rabenseifner, Gropp, doi 10.1177/1094342005051521). Not pipelined.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// all_reduce and broadcast.
std::vector<Phase> binomial_tree_phases(Operation operation, const Group& group);
Rounds binomial_tree_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
