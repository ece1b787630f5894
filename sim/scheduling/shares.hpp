// Which share of its time each job runs by each of its choices, as linear programs over all jobs
// (Gavel, see rounds.hpp, section 4). Jobs with the same choices are one kind: the program has
// variables for kinds, however many jobs there are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "optimize/linear.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

struct Kind {
  std::vector<Choice> choices;
  std::int64_t jobs = 0;
  friend bool operator==(const Kind&, const Kind&) = default;
};

using Shares = std::vector<std::vector<double>>;  // of each job [kinds, choices of the kind]

// `ready`: accelerators of each group.
using Allocate = Shares (*)(std::span<const Kind> kinds, std::span<const std::int64_t> ready);

// The variables that every allocation has, and their bounds: no job runs more than all the time,
// no group gives more than it has. A choice that asks for more than its group has is shut.
class SharesProgram {
 public:
  SharesProgram(std::span<const Kind> kinds, std::span<const std::int64_t> ready);

  [[nodiscard]] std::size_t variable(std::size_t kind, std::size_t choice) const {
    return first_[kind] + choice;
  }
  [[nodiscard]] bool is_shut(std::size_t kind, std::size_t choice) const {
    return program.upper[variable(kind, choice)] == 0;
  }
  // Sets the objective to the sum over all jobs of what they do, as parts of what each would do if
  // it ran all the time by its fastest choice.
  void maximise_sum();
  // Requires that the program has an optimum.
  [[nodiscard]] optimize::Solution best() const;
  [[nodiscard]] Shares shares(const optimize::Solution& solution) const;

  optimize::LinearProgram program;

 private:
  std::span<const Kind> kinds_;
  std::vector<std::size_t> first_;  // variable of each kind's first choice
};

}  // namespace trainyard::scheduling
