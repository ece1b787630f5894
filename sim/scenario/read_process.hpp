// Jobs of an arrival process: random intervals, sizes and durations.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/read_trace.hpp"

namespace trainyard::scenario {

// Reads the object "process" and appends the jobs that arrive within the horizon. Draws by the
// world's seed from a stream of the workload's own.
void read_process(document::Object object, const WorkloadJobs& jobs, fleet::World& world,
                  fleet::Workload& workload);

}  // namespace trainyard::scenario
