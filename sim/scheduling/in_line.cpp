#include "scheduling/in_line.hpp"

namespace trainyard::scheduling {

void InLine::arrived(const Candidate& candidate) {
  queue_.add(candidate, line_.key(candidate));
}

void InLine::serve(Floor& floor) {
  Scan scan(queue_);
  while (const Candidate* candidate = scan.next()) {
    if (start(floor, *candidate, scan)) {
      queue_.remove(candidate->job);
      continue;
    }
    for (const Choice& choice : candidate->choices) scan.close(choice.group);
  }
}

bool InLine::start(Floor& floor, const Candidate& candidate, const Scan& scan) const {
  if (line_.choices == nullptr) {
    return start_any(floor, candidate, candidate.choices, scan) != nullptr;
  }
  const std::vector<Choice> choices = line_.choices(candidate, floor.now());
  return start_any(floor, candidate, choices, scan) != nullptr;
}

}  // namespace trainyard::scheduling
