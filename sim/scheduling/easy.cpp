#include "scheduling/easy.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "scheduling/queue.hpp"

namespace trainyard::scheduling {
namespace {

// For the first job that waits for a group.
struct Reservation {
  Instant shadow;          // when it starts, by the estimates
  std::int64_t extra = 0;  // accelerators that it will not need then
};

// Runs are taken by their expected ends until what they free suffices. What has no estimate never
// ends; then nothing can put the reservation off.
Reservation reservation(const Floor& floor, const Choice& choice) {
  std::vector<std::pair<Instant, std::int64_t>> ends;
  for (const Running& running : floor.running()) {
    if (running.choice.group == choice.group) {
      ends.emplace_back(running.expected_end, running.choice.accelerators);
    }
  }
  std::sort(ends.begin(), ends.end());
  Reservation made{floor.now(), floor.idle(choice.group) - choice.accelerators};
  for (auto end = ends.begin(); made.extra < 0 && end != ends.end(); ++end) {
    made.shadow = std::max(made.shadow, end->first);
    made.extra += end->second;
  }
  if (made.extra < 0) made.shadow = Instant(std::numeric_limits<double>::infinity());
  return made;
}

class Reservations {
 public:
  explicit Reservations(std::size_t groups) : by_group_(groups) {}
  [[nodiscard]] bool has(std::size_t group) const { return by_group_[group].has_value(); }
  // For the choices in groups that have none.
  void add(const Floor& floor, const Candidate& candidate) {
    for (const Choice& choice : candidate.choices) {
      auto& made = by_group_[choice.group];
      if (!made) made = reservation(floor, choice);
    }
  }
  [[nodiscard]] bool allow(const Choice& choice, Instant end) const {
    const auto& made = by_group_[choice.group];
    return !made || end <= made->shadow || (!choice.open && choice.accelerators <= made->extra);
  }
  void started(const Choice& choice, Instant end) {
    auto& made = by_group_[choice.group];
    if (made && end > made->shadow) made->extra -= choice.accelerators;
  }

 private:
  std::vector<std::optional<Reservation>> by_group_;
};

enum class Outcome { started, does_not_fit, would_delay };

Outcome try_start(Floor& floor, const Candidate& candidate, Reservations& reservations) {
  const Instant end = floor.now() + candidate.estimate;
  Outcome outcome = Outcome::does_not_fit;
  for (const Choice& choice : candidate.choices) {
    if (choice.accelerators > floor.idle(choice.group)) continue;
    if (!reservations.allow(choice, end)) {
      outcome = Outcome::would_delay;
    } else if (floor.start(candidate, choice)) {
      reservations.started(choice, end);
      return Outcome::started;
    }
  }
  return outcome;
}

class Easy final : public Policy {
 public:
  void arrived(const Candidate& candidate) override { queue_.add(candidate, 0); }
  void withdrawn(std::size_t job) override { queue_.remove(job); }
  void serve(Floor& floor) override;
  [[nodiscard]] std::size_t waiting() const override { return queue_.size(); }

 private:
  Queue queue_;
};

void Easy::serve(Floor& floor) {
  Reservations reservations(floor.groups());
  Scan scan(queue_);
  while (const Candidate* candidate = scan.next()) {
    const Outcome outcome = try_start(floor, *candidate, reservations);
    if (outcome == Outcome::started) {
      queue_.remove(candidate->job);
      continue;
    }
    reservations.add(floor, *candidate);
    if (outcome == Outcome::does_not_fit) scan.close_lane();
  }
}

}  // namespace

std::unique_ptr<Policy> easy(const Settings& /*settings*/) {
  return std::make_unique<Easy>();
}

}  // namespace trainyard::scheduling
