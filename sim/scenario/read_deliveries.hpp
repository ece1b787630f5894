// Deliveries: whole nodes of one kind, or a pool sized by power, cost or chips with a mix of kinds.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

// Fills the world's deliveries and owners; its sites have been read.
void read_deliveries(document::Object& root, const Definitions& definitions, fleet::World& world);

// Index of the name in the world's owners, added where it is new.
std::size_t owner_index(fleet::World& world, const std::string& name);

// Index of the site, or none after reporting the unknown name at the object's member.
std::optional<std::size_t> site_index(document::Object& object, const std::string& key,
                                      const std::string& name, const fleet::World& world);

}  // namespace trainyard::scenario
