// From what happened in the fleets of all variants to one Dataset: throughput, chips by state,
// utilisation, power, energy, stores, links and failures over time, where the time of the chips
// went, jobs, and the long tables of allocations, jobs of workloads and transfers. The leading
// `variant` axis is there where the scenario has variants. docs/results.md describes every
// variable.
#pragma once

#include <functional>
#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/money.hpp"
#include "measure/step_table.hpp"

namespace trainyard::measure {

// Says what a step of the job, run as the option says, is worth: its band and the weakest of its
// inputs.
using Judge = std::function<void(const fleet::Job& job, const fleet::Option& option, StepRow& row)>;

// Worlds and histories of the same variants; at least one; equal horizons and bins. `marginals` as
// add_money takes them.
Dataset fleet_tables(
    std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
    const Judge& judge = [](const fleet::Job&, const fleet::Option&, StepRow&) {},
    std::span<const Marginal> marginals = {});

}  // namespace trainyard::measure
