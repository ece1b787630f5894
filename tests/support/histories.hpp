// Histories written by hand, whose tables can be worked out on paper.
#pragma once

#include "fleet/history.hpp"
#include "support/worlds.hpp"

namespace trainyard::worlds {

using fleet::ChipState;

// All chips of the first pool in one state from a day on.
fleet::ChipChange all_in(ChipState state, double from_day, std::int64_t chips);

// 16 chips are ordered before the new year, stored on day 1, installed on day 2, ready from day 3
// to 9, one server broken on day 9, all retired from day 10 on.
std::vector<fleet::ChipChange> life_of_16();

// A step of 10 s on 7 chips: 6 s computing, 1 s each waiting for a stage, for gradients, for data,
// and for the optimizer. 0.4 of the peak; 70 samples.
step::Answer ten_seconds();

// On 8 chips, one of which its plan cannot use, and 4 spares, from day 4 to 6: starts for 12 hours,
// trains for 30, of which 6 are lost, is saved for 4, and hangs for 2.
fleet::Allocation two_days();

// The same, and then from day 7 to 8 without any trouble, at 0.9 of the clock, when it is done. It
// could have started on day 3.5.
struct Played {
  fleet::World world;
  fleet::History history;
};
Played broken_once();

}  // namespace trainyard::worlds
