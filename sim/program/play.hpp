// A folded program, ready for the engine: players, their flows with weights on link classes, and
// exchange groups. Indices instead of pointers; nothing refers back to model or hardware.
#pragma once

#include <cstdint>
#include <string>
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
  Seconds latency;      // of a message
  Seconds propagation;  // as of Flow
  Bytes overhead;       // as of Flow
  double own_piece = 0;
  double leaving = 0;  // share of its bytes that leaves the node
  double flows = 1;    // how many it stands for
};

struct Player {
  std::int32_t role = 0;
  double ranks = 1;        // how many it stands for
  double slowness = 1;     // factor on the time of computing
  std::int64_t first = 0;  // number in the plan of the first of them
};

struct Play {
  std::vector<std::string> labels;
  std::vector<Role> roles;
  std::vector<Player> players;
  std::int32_t lanes = 0;                // of every player
  std::int32_t first_exchange_lane = 0;  // those before are point to point
  std::int32_t channels = 0;
  // Shapes [players, lanes], [players, lanes], [players, channels]:
  std::vector<std::int32_t> flow;    // class that the player sends on the lane, or none
  std::vector<std::int32_t> sender;  // player whose lane arrives here, or none
  std::vector<std::int32_t> group;   // numbered over all channels, or none
  std::vector<FlowClass> flows;
  std::vector<std::vector<std::int32_t>> members;  // players of each group
  std::vector<Pattern> patterns;
  std::vector<BytesPerSecond> links;  // capacity of each link class
  std::vector<LinkId> link;           // one of each class, in the cluster
  std::vector<double> link_copies;    // how many links each class stands for
  Sending sending = Sending::buffered;
  bool exact = true;  // of the partition

  [[nodiscard]] std::size_t at_lane(std::int32_t player, std::int32_t lane) const {
    return static_cast<std::size_t>(player) * static_cast<std::size_t>(lanes) +
           static_cast<std::size_t>(lane);
  }
  [[nodiscard]] std::size_t at_channel(std::int32_t player, std::int32_t channel) const {
    return static_cast<std::size_t>(player) * static_cast<std::size_t>(channels) +
           static_cast<std::size_t>(channel);
  }
};

// Folding off plays every rank over every link, as a reference.
Play folded(Program program, Folding folding);

}  // namespace trainyard::program
