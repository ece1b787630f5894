// Moves of delivered chips to another site or owner.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

// Fills the world's moves; its sites and deliveries have been read.
void read_moves(document::Object& root, const Definitions& definitions, fleet::World& world);

}  // namespace trainyard::scenario
