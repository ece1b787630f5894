// How jobs get chips.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// Fills the world's scheduling; its jobs and all owners have been read.
void read_scheduling(document::Object& root, fleet::World& world);

}  // namespace trainyard::scenario
