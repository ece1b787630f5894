// Direct: every member exchanges with every other at once. All-to-all is n - 1 messages of 1/n of
// the buffer; as a reduction or gathering (the "two-shot" all-reduce of TensorRT-LLM and vLLM) a
// member sends the same 1/n to each of the others, once for each half: the bytes of a ring with the
// latency of one message.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

// n - 1 transfers of n members in a phase: for groups of some hundreds.
std::vector<Phase> direct_phases(Operation operation, const Group& group);
Rounds direct_rounds(Operation operation, const Group& group);

}  // namespace trainyard::collective
