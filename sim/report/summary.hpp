// What a run prints: the fleet by site and chip, where the chips' time went, its jobs, what broke,
// waiting in workloads, idle chips by month, and for variants the differences from the baseline.
// Fits 80 columns where names are short.
#pragma once

#include <string>
#include <vector>

#include "base/dataset.hpp"
#include "measure/step_table.hpp"

namespace trainyard::report {

// Of a fleet result. `baseline` is the variant that others are compared with, "" for the first.
std::string fleet_summary(const Dataset& result, const std::string& baseline);

// Plan, time, breakdown and memory of steps.
std::string step_summary(const std::vector<measure::StepRow>& steps);

}  // namespace trainyard::report
