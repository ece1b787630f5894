// A few numbers that say how a whole fleet did.
#pragma once

#include <span>
#include <vector>

#include "base/dataset.hpp"
#include "measure/job_tables.hpp"
#include "measure/waste.hpp"

namespace trainyard::measure {

// Appends the fleet_* variables by [variant]; `wastes` are those of the fleets.
void add_fleet_totals(const Fleets& fleets, std::span<const std::vector<Waste>> wastes,
                      Dataset& dataset);

}  // namespace trainyard::measure
