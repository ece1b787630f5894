// Plays a folded program in simulated time: every player has a program counter and follows its
// role's instructions; transfers and exchanges run beside it. Nothing is created before its turn.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "engine/network.hpp"
#include "program/play.hpp"

namespace trainyard::engine {

struct Outcome {
  Seconds duration;  // until the last player is done
  // What each player's time went to; every row sums to `duration`. Shape [players, activities].
  std::vector<std::array<Seconds, program::activities>> spent;
  // Shape [flow classes]: bytes that one flow of the class moved.
  std::vector<Bytes> moved;
  std::int64_t events = 0;  // delays and transfers played
};

// Makes a SimGrid Engine: at most once in a process (see isolated.hpp). Throws ContractError when a
// player waits for something that never comes.
Outcome play(const program::Play& play, Backend backend);

}  // namespace trainyard::engine
