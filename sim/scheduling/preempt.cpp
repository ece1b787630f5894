#include "scheduling/preempt.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "scheduling/queue.hpp"

namespace trainyard::scheduling {
namespace {

struct Victim {
  std::size_t job = 0;
  std::size_t group = 0;
  std::int64_t accelerators = 0;
  std::int64_t priority = 0;
  Instant started;
};

bool goes_before(const Victim& a, const Victim& b) {
  if (a.priority != b.priority) return a.priority < b.priority;
  if (a.started != b.started) return a.started > b.started;
  return a.job > b.job;
}

// Less urgent ones that run in the group, in the order in which they are stopped.
std::vector<Victim> victims(const Floor& floor, std::size_t group, std::int64_t priority) {
  std::vector<Victim> all;
  for (const Running& running : floor.running()) {
    const Candidate& candidate = *running.candidate;
    if (running.choice.group != group || candidate.priority >= priority) continue;
    all.push_back(
        {candidate.job, group, running.choice.accelerators, candidate.priority, running.started});
  }
  std::sort(all.begin(), all.end(), goes_before);
  return all;
}

// Whether a job fits where some have been stopped.
class Room {
 public:
  Room(const Floor& floor, const Candidate& candidate, const Choice& choice)
      : floor_(floor), candidate_(candidate), choice_(choice) {}
  [[nodiscard]] bool suffices(std::span<const Victim> stopped) const {
    std::int64_t idle = floor_.idle(choice_.group);
    std::vector<std::size_t> jobs;
    for (const Victim& victim : stopped) {
      idle += victim.accelerators;
      jobs.push_back(victim.job);
    }
    return idle >= choice_.accelerators && floor_.fits_without(candidate_, choice_, jobs);
  }

 private:
  const Floor& floor_;
  const Candidate& candidate_;
  const Choice& choice_;
};

// The first of them that suffice, found by halving (who fits without some fits without more), and
// of these only those that are needed, the most urgent spared first. Empty where all are too few.
std::vector<Victim> needed(std::vector<Victim> all, const Room& room) {
  if (all.empty() || !room.suffices(all)) return {};
  std::size_t too_few = 0;
  std::size_t enough = all.size();
  while (enough - too_few > 1) {
    const std::size_t middle = (too_few + enough) / 2;
    (room.suffices(std::span(all).first(middle)) ? enough : too_few) = middle;
  }
  all.resize(enough);
  for (std::size_t i = all.size(); i-- > 0;) {
    std::vector<Victim> fewer = all;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (room.suffices(fewer)) all = std::move(fewer);
  }
  return all;
}

class Preempt final : public Policy {
 public:
  void arrived(const Candidate& candidate) override {
    queue_.add(candidate, -static_cast<double>(candidate.priority));
  }
  void withdrawn(std::size_t job) override { queue_.remove(job); }
  void serve(Floor& floor) override;
  [[nodiscard]] std::size_t waiting() const override { return queue_.size(); }

 private:
  enum class Stopped { nobody, some };
  Stopped scan(Floor& floor);

  Queue queue_;
};

bool start_instead(Floor& floor, const Candidate& candidate) {
  for (const Choice& choice : candidate.choices) {
    const std::vector<Victim> stopped =
        needed(victims(floor, choice.group, candidate.priority), Room(floor, candidate, choice));
    for (const Victim& victim : stopped) floor.preempt(victim.job);
    if (!stopped.empty()) return floor.start(candidate, choice);
  }
  return false;
}

// Jobs that were stopped may still fit elsewhere: they are looked at in a scan of their own. It
// comes to an end, for each makes the jobs that run more urgent.
void Preempt::serve(Floor& floor) {
  while (scan(floor) == Stopped::some) {
  }
}

Preempt::Stopped Preempt::scan(Floor& floor) {
  Stopped stopped = Stopped::nobody;
  Scan scan(queue_);
  while (const Candidate* candidate = scan.next()) {
    if (start_any(floor, *candidate, candidate->choices, scan) != nullptr) {
      queue_.remove(candidate->job);
    } else if (start_instead(floor, *candidate)) {
      queue_.remove(candidate->job);
      stopped = Stopped::some;
    } else {
      scan.close_lane();
    }
  }
  return stopped;
}

}  // namespace

std::unique_ptr<Policy> preempt(const Settings& /*settings*/) {
  return std::make_unique<Preempt>();
}

}  // namespace trainyard::scheduling
