// Two passes done as one: while one waits for an exchange of its own, the other computes. This is
// how DualPipe hides the way of tokens to and from their experts (DeepSeek-V3, arXiv 2412.19437,
// section 3.2.1). A whole pass's computing runs beside the other's exchange; the slow-down of both
// by sharing the chip is left out.
#pragma once

#include <cstdint>
#include <vector>

#include "program/program.hpp"

namespace trainyard::program {

// The instructions of both in one order: each strand in its own, changing strands wherever one
// joins an exchange of the channel. Every such join waits for just what its strand offered.
std::vector<Instruction> braided(const std::vector<Instruction>& first,
                                 const std::vector<Instruction>& second, std::int32_t channel,
                                 const std::vector<Pattern>& patterns);

}  // namespace trainyard::program
