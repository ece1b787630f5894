// From what happened in the fleets of all variants to one Dataset: throughput, chips by state,
// utilisation, power, energy and money over time, jobs, and the long table of allocations. The
// leading `variant` axis is there where the scenario has variants. docs/results.md describes every
// variable.
#pragma once

#include <functional>
#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/step_table.hpp"

namespace trainyard::measure {

// Says what a step of the job is worth: its band and the weakest of its inputs.
using Judge = std::function<void(const fleet::Job& job, StepRow& row)>;

// Worlds and histories of the same variants; at least one; equal horizons and bins.
Dataset fleet_tables(
    std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
    const Judge& judge = [](const fleet::Job&, StepRow&) {});

}  // namespace trainyard::measure
