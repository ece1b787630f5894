// What breaks in a fleet; also what platforms/failures holds.
#pragma once

#include "document/reader.hpp"
#include "fleet/failure.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// Fills the world's failures, if there are any.
void read_failures(document::Object& root, fleet::World& world);

fleet::Failures read_failures(document::Object object);

}  // namespace trainyard::scenario
