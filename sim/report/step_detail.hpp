// What `trainyard step` prints: time, stages, memory, links, and on request what bounds the step
// and what faster parts would give. Fits 80 columns where names are short.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "measure/step_table.hpp"
#include "step/report.hpp"

namespace trainyard::report {

// The step played with a part that is 10 % faster.
struct Faster {
  std::string_view name;
  std::string_view parts;
  Seconds duration;
};

struct StepDetail {
  measure::StepRow row;
  std::vector<step::StageReport> stages;
  std::vector<step::LinkReport> links;
  std::vector<step::BranchReport> branches;
  std::vector<Faster> faster;  // only where asked for
};

std::string step_details(const std::vector<StepDetail>& steps);

// The bottleneck in a sentence and `faster` as a table, largest gain first.
std::string explanation(const StepDetail& step);

// How much more a second is done, in parts: 0.05 is 5 % more. NaN where a step takes no time.
double gain(const StepDetail& step, const Faster& faster);

// `faster`, largest gain first.
std::vector<Faster> by_gain(const StepDetail& step);

}  // namespace trainyard::report
