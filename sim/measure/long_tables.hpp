// Long tables of what is too many for an axis of its own: the jobs of workloads, and transfers
// between sites.
#pragma once

#include "base/dataset.hpp"
#include "measure/job_tables.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// Appends the axes `workload` and `workload_job`, the sources of workloads and a row for each of
// their jobs.
void add_workloads(const Fleets& fleets, const Names& names, Dataset& dataset);

// Appends the axis `transfer` and the transfer_* columns, by variant and start.
void add_transfers(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                   Dataset& dataset);

}  // namespace trainyard::measure
