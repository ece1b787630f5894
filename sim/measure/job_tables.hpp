// What became of every named job, and the long table of its allocations.
#pragma once

#include <span>
#include <vector>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/job_sums.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// What the tables of jobs are made from. All of one length.
struct Fleets {
  std::span<const fleet::World> worlds;
  std::span<const fleet::History> histories;
  std::span<const std::vector<JobSums>> sums;
};

// Appends the job_* variables by [variant, job].
void add_jobs(const Fleets& fleets, const Names& names, Dataset& dataset);

// Appends the axis `allocation` and the allocation_* columns, by variant and start: those of named
// jobs.
void add_allocations(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, Dataset& dataset);

}  // namespace trainyard::measure
