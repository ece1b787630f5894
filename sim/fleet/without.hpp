// The same fleet without the chips of one owner, to see what they were worth to all.
#pragma once

#include "fleet/world.hpp"

namespace trainyard::fleet {

// Chips are gone while they would be the owner's: its deliveries are not there; of these, what it
// moves to somebody else arrives there as that owner's; what moves to it retires at that moment.
// Jobs stay as they are, the owner's too.
World without(const World& world, std::size_t owner);

}  // namespace trainyard::fleet
