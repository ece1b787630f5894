// What became of every job, as a table for other programs: comma-separated values (RFC 4180), one
// row a job, in the order of the world's jobs.
#pragma once

#include <span>
#include <string>

#include "fleet/history.hpp"
#include "fleet/world.hpp"

namespace trainyard::report {

// Columns: job, owner, workload, submit_s, start_s, end_s, gpus, site, accelerator, queued_s,
// interruptions. Times in seconds since the horizon's start, to the microsecond. `gpus`: had last,
// or asked for. A cell is empty where there is nothing: a job that did not start or finish, a named
// job's workload. Of several variants with a column `variant` in front.
std::string schedule_csv(std::span<const fleet::World> worlds,
                         std::span<const fleet::History> histories);

}  // namespace trainyard::report
