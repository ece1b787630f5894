// A folded program, ready for the engine: players, their flows with weights on link classes, and
// exchange groups. Indices instead of pointers; nothing refers back to model or hardware.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "program/fold.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// How many flows of the class cross the link (on average over the links of its class, which are all
// equal where the partition is exact): what the flow takes of it is rate x weight.
struct Use {
  std::int32_t link = 0;
  double weight = 1;
};

struct FlowClass {
  std::vector<Use> uses;
  Seconds latency;
};

struct Player {
  std::int32_t role = 0;
  std::int64_t ranks = 1;             // how many it stands for
  std::vector<std::int32_t> lanes;    // [lanes]: flow class that it sends, or none
  std::vector<std::int32_t> senders;  // [lanes]: player whose lane arrives here, or none
  std::int32_t group = none;
};

struct Play {
  std::vector<Role> roles;
  std::vector<Player> players;
  std::vector<FlowClass> flows;
  std::vector<std::vector<std::int32_t>> groups;  // players of each group class
  std::vector<double> phase_share;                // [phases]
  std::vector<BytesPerSecond> links;              // capacity of each link class
  bool exact = true;                              // of the partition
};

// Folding off plays every rank over every link, as a reference.
Play folded(Program program, const std::vector<double>& bandwidth, Folding folding);

}  // namespace trainyard::program
