// What of a role takes time without anyone else: runs of computing instructions, played as one
// delay each, and their sums.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "program/program.hpp"

namespace trainyard::engine {

// Computing instructions one after the other in a body.
struct Run {
  std::int32_t end = 0;  // the instruction after the run
  double computing = 0;  // seconds that a slower chip takes longer for
  double waiting = 0;    // seconds that it does not: exchanges and streaming with a closed form
};

// Whether a slower chip takes longer for it.
bool computes(program::Activity activity);

struct RoleTimes {
  // The run that starts at each instruction; other verbs have none. Shape [instructions].
  std::vector<Run> runs;
  // All computing of a step. Shape [activities].
  std::array<double, program::activities> spent{};
};

RoleTimes role_times(const program::Role& role);

}  // namespace trainyard::engine
