// Summaries for programs: one JSON object on stdout.
#pragma once

#include <string>
#include <vector>

#include "simulate.hpp"

namespace trainyard::cli {

// Totals by variant, site and accelerator, owner and job, with SI units in the names.
std::string json_summary(const RunResult& result, const std::string& path, double cpu_seconds);

// What report::step_details prints; null where a number is not defined.
std::string json_steps(const std::vector<report::StepDetail>& steps);

}  // namespace trainyard::cli
