// The steps that were played, one row each: plan, duration, what the time went to, memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/dataset.hpp"
#include "step/answer.hpp"
#include "step/confidence.hpp"

namespace trainyard::measure {

struct StepRow {
  std::string variant;  // "" where there is one
  std::string job;
  std::string accelerator;
  std::int64_t chips = 0;  // given
  step::Answer answer;
  std::optional<step::Exchange> exchange;  // where it was a collective alone
  step::Band band;                         // what measured steps of its like took
  std::string weakest_input;               // mark of the least trusted figure that went into it
  double clock = 1;                        // of the accelerators, of the usual one
  double slowest = 1;                      // speed of the slowest node
};

// Appends the axes `step` and `activity` and the step_* variables.
void add_steps(const std::vector<StepRow>& rows, Dataset& dataset);

}  // namespace trainyard::measure
