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

// A player's instructions [first, end) of its role, in one go from `start` to `finish`: computing,
// or one instruction that waited.
struct Span {
  std::int32_t player = 0;
  std::int32_t call = 0;
  std::int32_t first = 0;
  std::int32_t end = 0;
  Seconds start;
  Seconds finish;
};

// A transfer out of a player, latency included.
struct Move {
  std::int32_t player = 0;
  std::int32_t lane = 0;
  Bytes bytes;
  Seconds start;
  Seconds finish;
};

// A player came to a note.
struct Note {
  std::int32_t player = 0;
  std::int32_t index = 0;             // of the instruction
  std::vector<std::int64_t> offered;  // exchanges until then, by channel
  Seconds time;
};

// A group has done an exchange.
struct Exchanged {
  std::int32_t group = 0;
  Seconds time;
};

// When what happened, in order of finishing.
struct Recording {
  std::vector<Span> spans;
  std::vector<Move> moves;
  std::vector<Note> notes;
  std::vector<Exchanged> exchanges;
};

struct Outcome {
  Seconds duration;  // until the last player is done
  // What each player's time went to; every row sums to `duration`. Shape [players, activities].
  std::vector<std::array<Seconds, program::activities>> spent;
  // Shape [flow classes]: bytes that one flow of the class moved, overhead of messages left out.
  std::vector<Bytes> moved;
  std::int64_t events = 0;  // delays and transfers played
};

// Makes a SimGrid Engine: at most once in a process (see isolated.hpp). Throws ContractError when a
// player waits for something that never comes. `recording`: filled where given.
Outcome play(const program::Play& play, Backend backend, Recording* recording = nullptr);

}  // namespace trainyard::engine
