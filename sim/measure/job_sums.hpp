// What the allocations of each job add up to.
#pragma once

#include <span>
#include <vector>

#include "base/units.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/step_table.hpp"

namespace trainyard::measure {

struct JobSums {
  Seconds held;                // time on chips
  Seconds kept;                // productive time that was not lost
  double checkpoints = 0;      // completed
  double chip_time = 0;        // chip-seconds held, spares and what the plan cannot use included
  double kept_chip_time = 0;   // of these, productive and kept
  double ideal_chip_time = 0;  // what that work takes at the dense peak, at the usual clock; NaN:
                               // there is a part of which that is not known
  // Of kept work, by how much less or more of it there would be if its steps took as long as 8 of
  // 10 measured ones at most or at least; NaN: nothing was measured.
  double low = 0;
  double high = 0;
  const fleet::Allocation* last = nullptr;  // none: never started
};

// From the first start to the end, or the horizon's; zero where it never started.
Seconds wall_time(const fleet::World& world, const fleet::JobResult& result);
// From when it could have started to the end, or the horizon's.
Seconds wanted_time(const fleet::World& world, const fleet::JobResult& result);
// Whether it could have started within the horizon.
bool was_submitted(const fleet::World& world, const fleet::JobResult& result);

// Shape [jobs]. `steps` are the rows of the history's answers, or none.
std::vector<JobSums> job_sums(const fleet::World& world, const fleet::History& history,
                              std::span<const StepRow> steps);

}  // namespace trainyard::measure
