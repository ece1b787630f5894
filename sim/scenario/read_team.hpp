// A fleet's job with branches: every section of them becomes a job of its own.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_world.hpp"

namespace trainyard::scenario {

// Adds the team and its members to the world; sites and deliveries have been read.
void read_team(document::Object& object, const std::string& name, const Definitions& definitions,
               fleet::World& world, TaskList& tasks);

}  // namespace trainyard::scenario
