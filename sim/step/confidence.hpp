// How far measured steps were from predicted ones, by chip and software: what a prediction is
// worth.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "step/task.hpp"

namespace trainyard::step {

// Of the measured steps of a family, 8 of 10 took between `low` and `high` times what was
// predicted, half of them less than `middle` times.
struct Family {
  std::int64_t rows = 0;  // measured steps that nothing was fitted to
  double low = 1;
  double middle = 1;
  double high = 1;
  std::int64_t largest = 0;  // accelerators of the largest of them
};

// What holds for a step: the nearest family that has measurements.
struct Band {
  std::string family;  // "" where nothing was ever measured
  Family of;
  // Not this chip with this software, or more than twice as many accelerators as were ever measured
  // there.
  bool extrapolated = true;
};

class Confidence {
 public:
  Confidence() = default;
  // By "accelerator/software", software, accelerator and "all".
  explicit Confidence(std::map<std::string, Family> families) : families_(std::move(families)) {}

  // On so many accelerators. The narrowest family that there is: this chip with this software,
  // the software, the chip, all.
  [[nodiscard]] Band band(const Task& task, std::int64_t accelerators) const;

 private:
  std::map<std::string, Family> families_;
};

}  // namespace trainyard::step
