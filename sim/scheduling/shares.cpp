#include "scheduling/shares.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/check.hpp"

namespace trainyard::scheduling {

SharesProgram::SharesProgram(std::span<const Kind> kinds, std::span<const std::int64_t> ready)
    : kinds_(kinds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<optimize::Row> groups(ready.size());
  for (std::size_t group = 0; group < ready.size(); ++group) {
    groups[group] = {{}, -infinity, static_cast<double>(ready[group])};
  }
  for (const Kind& kind : kinds) {
    first_.push_back(program.objective.size());
    optimize::Row time{{}, -infinity, 1};
    for (const Choice& choice : kind.choices) {
      const std::size_t variable = program.objective.size();
      program.objective.push_back(0);
      program.upper.push_back(choice.accelerators <= ready[choice.group] ? 1 : 0);
      time.terms.push_back({variable, 1});
      groups[choice.group].terms.push_back(
          {variable, static_cast<double>(kind.jobs) * static_cast<double>(choice.accelerators)});
    }
    program.rows.push_back(std::move(time));
  }
  for (optimize::Row& group : groups) program.rows.push_back(std::move(group));
}

void SharesProgram::maximise_sum() {
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    double best = 0;
    const std::vector<Choice>& choices = kinds_[kind].choices;
    for (const Choice& choice : choices) best = std::max(best, speed(choice));
    for (std::size_t i = 0; i < choices.size(); ++i) {
      program.objective[variable(kind, i)] =
          static_cast<double>(kinds_[kind].jobs) * speed(choices[i]) / best;
    }
  }
}

optimize::Solution SharesProgram::best() const {
  std::optional<optimize::Solution> solution = optimize::maximise(program);
  ENSURE(solution.has_value());
  return std::move(solution).value();
}

Shares SharesProgram::shares(const optimize::Solution& solution) const {
  constexpr double noise = 1e-9;  // below which the solver's values mean 0
  Shares shares;
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    std::vector<double> of_kind;
    for (std::size_t i = 0; i < kinds_[kind].choices.size(); ++i) {
      const double value = solution.values[variable(kind, i)];
      of_kind.push_back(value > noise ? value : 0);
    }
    shares.push_back(std::move(of_kind));
  }
  return shares;
}

}  // namespace trainyard::scheduling
