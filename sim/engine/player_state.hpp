// What a player and the transfers out of it have come to.
#pragma once

#include <cstdint>

#include "program/program.hpp"

namespace trainyard::engine {

// Point to point: a transfer waits on its lane for those before it (and for its receiver, where it
// has to meet it), then for its latency, then moves; over a long haul a buffered one arrives a
// while after it has left the lane to the next. All transfers of a lane are of one size.
struct Lane {
  double bytes = 0;
  double started_at = 0;
  std::int32_t sent = 0;
  std::int32_t started = 0;
  std::int32_t left = 0;
  std::int32_t arrived = 0;
  std::int32_t asked = 0;     // by the receiver
  std::int32_t received = 0;  // by the receiver
};

struct PlayerState {
  std::int32_t call = 0;
  std::int32_t at = 0;       // instruction
  std::int32_t asks = program::none;  // instruction that has asked its sender already
  double since = 0;          // when what it does or waits for began
};

}  // namespace trainyard::engine
