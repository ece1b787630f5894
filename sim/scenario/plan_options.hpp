// A job's plan on each kind of node where the job may run: the questions that it asks the step
// scale. Options where the plan is not valid or does not fit memory are dropped while another one
// holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_task.hpp"

namespace trainyard::scenario {

// What a job asks for, and where it may get it.
struct Asked {
  std::string member = "chips";     // that says how many
  std::vector<std::int64_t> gangs;  // accelerators, largest first; none: all it can get
  std::int64_t spares = 0;          // accelerators
  std::vector<std::size_t> chip_owners;
  std::vector<fleet::Option> options;
};

// The options but for those that never have the chips for the smallest gang and its spares.
// Reports where none has; options that never have any chip wait for them, and stay.
std::vector<fleet::Option> with_room(document::Object& object, const Definitions& definitions,
                                     const fleet::World& world, const Asked& asked);

struct Planned {
  std::vector<fleet::Option> options;  // without tasks yet
  std::vector<step::Task> tasks;       // of each option
  // Samples of a step, where they are the same on all options and gangs.
  std::optional<double> batch;
};

// The plan of `common` on each option; reports what is wrong where it is on all of them.
Planned plan_options(document::Object& object, const Definitions& definitions,
                     const fleet::World& world, Common common, const Asked& asked);

}  // namespace trainyard::scenario
