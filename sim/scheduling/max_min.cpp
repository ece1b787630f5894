#include "scheduling/max_min.hpp"

#include <algorithm>
#include <limits>

#include "scheduling/rounds.hpp"
#include "scheduling/shares.hpp"

namespace trainyard::scheduling {
namespace {

// Throughput of a job of the kind under an equal share: of each group that it may use, its part of
// the accelerators, evenly over its choices there, and never more than all the time. 0: it fits
// nowhere.
double equal_throughput(const SharesProgram& shares, std::span<const Kind> kinds,
                        std::span<const std::int64_t> ready, std::size_t kind) {
  std::int64_t jobs = 0;
  for (const Kind& each : kinds) jobs += each.jobs;
  const std::vector<Choice>& choices = kinds[kind].choices;
  double time = 0;
  double throughput = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (shares.is_shut(kind, i)) continue;
    const auto alike = std::count_if(choices.begin(), choices.end(), [&](const Choice& other) {
      return other.group == choices[i].group;
    });
    const double here = static_cast<double>(ready[choices[i].group]) /
                        static_cast<double>(jobs * choices[i].accelerators * alike);
    time += here;
    throughput += here * speed(choices[i]);
  }
  return throughput / std::max(time, 1.0);
}

Shares fairest(std::span<const Kind> kinds, std::span<const std::int64_t> ready) {
  SharesProgram shares(kinds, ready);
  const std::size_t least = shares.program.objective.size();
  shares.program.objective.push_back(1);
  shares.program.upper.push_back(0);  // where nobody fits anywhere
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const double equal = equal_throughput(shares, kinds, ready, kind);
    if (equal == 0) continue;
    shares.program.upper[least] = std::numeric_limits<double>::infinity();
    optimize::Row row{{{least, -1}}, 0, std::numeric_limits<double>::infinity()};
    for (std::size_t i = 0; i < kinds[kind].choices.size(); ++i) {
      row.terms.push_back({shares.variable(kind, i), speed(kinds[kind].choices[i]) / equal});
    }
    shares.program.rows.push_back(std::move(row));
  }
  // A little less than the optimum, so that rounding does not leave the second program empty.
  const double reached = shares.best().objective * (1 - 1e-9);
  shares.program.rows.push_back({{{least, 1}}, reached, std::numeric_limits<double>::infinity()});
  shares.program.objective[least] = 0;
  shares.maximise_sum();
  return shares.shares(shares.best());
}

}  // namespace

std::unique_ptr<Policy> max_min(const Settings& settings) {
  return std::make_unique<Rounds>(settings.round, fairest);
}

}  // namespace trainyard::scheduling
