// A folded program, ready for the engine: players, their flows with weights on link classes, and
// exchange groups. Indices instead of pointers; nothing refers back to model or hardware.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "program/fold.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// How many flows of the class cross the link: what the flow takes of it is rate x weight.
struct Use {
  std::int32_t link = 0;
  double weight = 1;
};

struct FlowClass {
  std::vector<Use> uses;
  Seconds latency;
  std::int32_t receiver = 0;  // player
};

struct Player {
  std::int32_t role = 0;
  std::int64_t ranks = 1;           // how many it stands for
  std::vector<std::int32_t> lanes;  // [lanes]: flow class, or none
  std::int32_t group = none;
};

struct Play {
  std::vector<Role> roles;
  std::vector<Player> players;
  std::vector<FlowClass> flows;
  std::vector<std::vector<std::int32_t>> groups;  // players of each group class
  std::vector<double> phase_share;                // [phases]
  std::vector<BytesPerSecond> links;              // capacity of each link class
};

Play folded(const Program& program, const std::vector<double>& bandwidth, Folding folding);

}  // namespace trainyard::program
