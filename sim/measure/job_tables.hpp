// What became of every job, and the long table of its allocations.
#pragma once

#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// Appends the job_* variables by [variant, job].
void add_jobs(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
              const Names& names, Dataset& dataset);

// Appends the axis `allocation` and the allocation_* columns, by variant and start.
void add_allocations(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, Dataset& dataset);

}  // namespace trainyard::measure
