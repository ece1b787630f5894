// From what happened in the fleets of all variants to one Dataset: throughput, chips by state,
// utilisation, power, energy and money over time, jobs, and the long table of allocations. The
// leading `variant` axis is there where the scenario has variants. docs/results.md describes every
// variable.
#pragma once

#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"

namespace trainyard::measure {

// Worlds and histories of the same variants; at least one; equal horizons and bins.
Dataset fleet_tables(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories);

}  // namespace trainyard::measure
