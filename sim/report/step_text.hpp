// The texts that summaries of steps have in common. All lines end with "\n".
#pragma once

#include <string>
#include <vector>

#include "measure/step_table.hpp"
#include "step/report.hpp"

namespace trainyard::report {

// Name and plan, or the exchange; time, speed, energy, memory.
std::string heading(const measure::StepRow& row);

// What the time of an average rank goes to, and of a rank of the stage that bounds where there are
// several stages. Groups that take no time are left out.
std::string breakdown(const step::Answer& answer, const std::vector<step::StageReport>& stages);

// With so many digits after the point, "-" where it is not finite.
std::string decimal(double value, int digits);

// "40.4 %", "-" as well.
std::string percent(double part);

// A number of things in a second, digits as they matter.
std::string per_second(double count, Seconds duration);

}  // namespace trainyard::report
