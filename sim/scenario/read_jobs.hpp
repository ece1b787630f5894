// Jobs, and the questions that they ask the step scale.
#pragma once

#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_world.hpp"

namespace trainyard::scenario {

// Jobs of a fleet: fills the world's jobs; sites and deliveries have been read.
void read_jobs(document::Object& root, const Definitions& definitions, fleet::World& world,
               TaskList& tasks);

// Jobs of a scenario without horizon; `places` has its sites and links.
std::vector<StepJob> read_step_jobs(document::Object& root, const Definitions& definitions,
                                    const fleet::World& places, TaskList& tasks);

}  // namespace trainyard::scenario
