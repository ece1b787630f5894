#include "scheduling/deadline.hpp"

#include <algorithm>
#include <limits>

#include "scheduling/in_line.hpp"

namespace trainyard::scheduling {
namespace {

double key(const Candidate& candidate) {
  return candidate.deadline ? candidate.deadline->value() : std::numeric_limits<double>::infinity();
}

// Those that meet the deadline, the cheapest first; where none does, all, the fastest first. A job
// for which another choice would come too late waits for one that does not.
std::vector<Choice> choices(const Candidate& candidate, Instant now) {
  if (!candidate.deadline) return candidate.choices;
  std::vector<Choice> ordered = candidate.choices;
  std::erase_if(ordered, [&](const Choice& choice) {
    return now + Seconds(candidate.work / speed(choice)) > *candidate.deadline;
  });
  if (!ordered.empty()) {
    std::stable_sort(ordered.begin(), ordered.end(), [](const Choice& a, const Choice& b) {
      return static_cast<double>(a.accelerators) / speed(a) <
             static_cast<double>(b.accelerators) / speed(b);
    });
    return ordered;
  }
  ordered = candidate.choices;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Choice& a, const Choice& b) { return speed(a) > speed(b); });
  return ordered;
}

}  // namespace

std::unique_ptr<Policy> deadline(const Settings& /*settings*/) {
  return std::make_unique<InLine>(Line{.key = key, .choices = choices});
}

}  // namespace trainyard::scheduling
