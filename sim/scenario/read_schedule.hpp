// When a job may start and should end, how urgent it is, and what it saves.
#pragma once

#include "base/units.hpp"
#include "document/reader.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// `checkpoint`: size of one, where the object does not say; 0: not known.
void read_schedule(document::Object& object, const fleet::World& world, Bytes checkpoint,
                   fleet::Job& job);

}  // namespace trainyard::scenario
