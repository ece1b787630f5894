// Bidirectional ring: half of every part runs around the ring one way, half the other. A member
// sends (n - 1) / n buffers each way in an all-reduce: the bytes of a ring (Patarasuk and Yuan, doi
// 10.1016/j.jpdc.2008.09.002), in half its time where the two ways do not share a port.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

std::vector<Phase> bidirectional_ring_phases(Operation operation, const Group& group);
Rounds bidirectional_ring_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
