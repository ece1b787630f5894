// What variables over time come to over the whole horizon: a few numbers to compare fleets by.
#pragma once

#include "base/dataset.hpp"

namespace trainyard::measure {

// Appends fleet_work, fleet_energy, fleet_cost and fleet_carbon by [variant]. The variables that
// they sum up are there; each has the axes variant and time first.
void add_horizon_totals(Dataset& dataset);

}  // namespace trainyard::measure
