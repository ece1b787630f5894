// Sites of a fleet: their power, cooling, outages and stores; and the links between them.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

// Fills the world's sites and links. Sites at fault are noted: "sites/austin". Single steps need
// sites only where jobs have branches.
void read_sites(document::Object& root, Definitions& definitions, fleet::World& world,
                document::Presence presence);

// Chips stand nowhere without any power: sites that get chips, but none of it before the horizon's
// end. Deliveries and moves have been read.
void check_power(document::Object& root, const Definitions& definitions, const fleet::World& world);

// What a site may keep checkpoints in; also what platforms/storage holds.
fleet::Store read_store(document::Object object);

}  // namespace trainyard::scenario
