// Workloads: many jobs of known duration, from a trace or an arrival process.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

// Appends to the world's jobs; sites, deliveries, moves, failures and the named jobs have been
// read. `folder` is the scenario's, where paths of traces begin.
void read_workloads(document::Object& root, const Definitions& definitions, fleet::World& world,
                    const std::string& folder);

}  // namespace trainyard::scenario
