// Recursive halving and doubling: members exchange half of what they still sum with the member at
// distance 1, then a quarter at 2, an eighth at 4, ...; the all-gather runs backwards. 2 (n - 1) /
// n buffers from each, the least possible, in 2 log2 n messages, twice the least (Rabenseifner, doi
// 10.1007/978-3-540-24685-5_1; Thakur, Rabenseifner, Gropp, doi 10.1177/1094342005051521). Near
// partners get the large messages ("vector halving, distance doubling"), so that little leaves the
// node.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// Fits powers of two.
std::vector<Phase> recursive_halving_doubling_phases(Operation operation, const Group& group);
Rounds recursive_halving_doubling_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
