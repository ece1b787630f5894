// A scenario as the simulator takes it: every variant as a world (or, without a horizon, as single
// steps), the questions of the step scale, and what results must carry to be believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/library.hpp"
#include "step/confidence.hpp"
#include "step/task.hpp"

namespace trainyard::scenario {

// A job of a scenario without horizon: one step on so many nodes.
struct StepJob {
  std::string variant;
  std::string job;
  std::size_t task = 0;
  std::int64_t nodes = 0;
};

struct Scenario {
  std::string title;
  std::int64_t seed = 0;
  std::vector<step::Task> tasks;     // distinct, over all variants
  std::vector<fleet::World> worlds;  // one for each variant; empty without a horizon
  std::vector<StepJob> steps;        // without a horizon
  std::string baseline;              // variant that the others are compared with; "" for none
  std::string resolved;              // canonical text of everything that was read, base variant
  std::vector<std::string> overrides;
  step::Confidence confidence;        // what predictions of steps are worth
  std::vector<document::Mark> marks;  // of the base variant's values
};

struct Request {
  std::string path;
  std::vector<std::string> overrides;  // "/json/pointer=value"
  std::optional<std::int64_t> seed;
  step::Room room = step::Room::checked;  // of single steps
};

// Reads, resolves and checks. Throws InputError with all problems, FileError, UsageError.
Scenario read(const Request& request, Library& library);

// JSON Schema of scenarios, draft-07.
std::string schema();

}  // namespace trainyard::scenario
