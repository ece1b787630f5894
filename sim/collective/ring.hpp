// Ring: reduce-scatter, then all-gather, each n - 1 steps of 1/n of the buffer. A member sends
// 2 (n - 1) / n buffers in an all-reduce and half of it in each half, the least possible (Patarasuk
// and Yuan, doi 10.1016/j.jpdc.2008.09.002). Broadcast runs once along the ring in a pipeline.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// Broadcast: exact in the limit of many small pieces, where each member sends while it receives and
// only the way of the first piece, n - 1 messages, comes on top.
std::vector<Phase> ring_phases(Operation operation, const Group& group);
Rounds ring_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
