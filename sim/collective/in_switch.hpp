// In the switch: every member asks for its 1/n of the sums, which the switch adds up, then sends
// that to the switch, which copies it to all. A member sends 1 + 1/n buffers and gets as many; by a
// ring it is 2 for many members (NVIDIA's NVLS and SHARP: Klenk et al., doi
// 10.1109/ISCA45697.2020.00085). What NCCL does in an NVSwitch node waits no less than its ring:
// all-reduces of 512 B to 1 MB among eight B200 take 25 to 30 us, so that messages count as its.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// all_reduce. Fits where all members stand on one node whose switch sums (Group::switch_cost).
std::vector<Phase> in_switch_phases(Operation operation, const Group& group);
// Members know no switch: what arrives is what everyone sends to everyone.
Rounds in_switch_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
