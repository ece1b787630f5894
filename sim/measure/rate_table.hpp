// The throughput matrix of a scenario: what an accelerator trains of each job, by its kind and its
// site, and how far that may be off.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/dataset.hpp"
#include "step/answer.hpp"
#include "step/confidence.hpp"

namespace trainyard::measure {

// A job on one of its options.
struct RateRow {
  std::string variant;  // "" where there is one
  std::string job;
  std::string accelerator;
  std::string site;  // "" of single steps
  std::string node;
  std::int64_t chips = 0;  // given
  std::string objection;   // why it cannot run there; "": it can, and the rest holds
  step::Answer answer;
  step::Band band;

  // A second, for each accelerator given; NaN where it cannot run.
  [[nodiscard]] double samples() const;
  [[nodiscard]] double tokens() const;  // NaN for models that count samples
  // What 8 of 10 measured steps of the like had, over what was simulated; NaN: nothing measured.
  [[nodiscard]] double low() const;
  [[nodiscard]] double high() const;
};

// Axes (variant), job, accelerator and site, and the variables on them: NaN where a job may not
// run. Of several kinds of node with the same accelerator at a site the fastest counts.
Dataset rate_tables(const std::vector<RateRow>& rows);

}  // namespace trainyard::measure
