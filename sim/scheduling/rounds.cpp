#include "scheduling/rounds.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/check.hpp"

namespace trainyard::scheduling {
namespace {

// Of two choices that are alike but for what an open one got.
bool same(const Choice& a, const Choice& b) {
  return a.group == b.group && a.open == b.open && (a.open || a.accelerators == b.accelerators);
}

// The choice that it runs by, as its candidate has it.
std::size_t index(const Running& running) {
  const std::vector<Choice>& choices = running.candidate->choices;
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return same(choice, running.choice);
  });
  EXPECT(found != choices.end());
  return static_cast<std::size_t>(found - choices.begin());
}

// The jobs of a round by kind.
struct Kinds {
  std::vector<Kind> kinds;
  std::map<std::size_t, std::size_t> by_job;
};

Kinds kinds_of(const std::map<std::size_t, const Candidate*>& jobs) {
  using Key = std::vector<std::tuple<std::size_t, std::int64_t, bool, double>>;
  std::map<Key, std::size_t> numbers;
  Kinds made;
  for (const auto& [job, candidate] : jobs) {
    Key key;
    for (const Choice& choice : candidate->choices) {
      key.emplace_back(choice.group, choice.accelerators, choice.open, speed(choice));
    }
    const auto [number, is_new] = numbers.emplace(std::move(key), made.kinds.size());
    if (is_new) made.kinds.push_back({candidate->choices, 0});
    ++made.kinds[number->second].jobs;
    made.by_job.emplace(job, number->second);
  }
  return made;
}

// The choices by which jobs are to run in a round.
using Due = std::map<std::size_t, const Choice*>;

}  // namespace

void Rounds::arrived(const Candidate& candidate) {
  waiting_.emplace(candidate.job, &candidate);
}

void Rounds::serve(Floor& floor) {
  if (next_ && floor.now() < *next_) return;
  next_.reset();
  const Jobs jobs = all(floor);
  if (jobs.empty()) return;
  count_jobs(jobs);
  allocate(floor, jobs);
  play(floor, options(jobs));
  count_rounds(floor);
  // Where nobody runs, those who wait fit nowhere: the next round begins when something changes.
  if (!floor.running().empty()) next_ = floor.now() + round_;
}

Rounds::Jobs Rounds::all(const Floor& floor) const {
  Jobs jobs = waiting_;
  for (const Running& running : floor.running()) {
    jobs.emplace(running.candidate->job, running.candidate);
  }
  return jobs;
}

// Those that are gone are forgotten.
void Rounds::count_jobs(const Jobs& jobs) {
  std::erase_if(records_, [&](const auto& record) { return !jobs.contains(record.first); });
  for (const auto& [job, candidate] : jobs) {
    Record& record = records_[job];
    record.by_choice.resize(candidate->choices.size());
    ++record.rounds;
  }
}

// Only where the jobs or the chips are others than in the round before.
void Rounds::allocate(const Floor& floor, const Jobs& jobs) {
  std::vector<std::int64_t> ready;
  for (std::size_t group = 0; group < floor.groups(); ++group) ready.push_back(floor.ready(group));
  Kinds now = kinds_of(jobs);
  kind_by_job_ = std::move(now.by_job);
  if (now.kinds == kinds_ && ready == ready_) return;
  kinds_ = std::move(now.kinds);
  ready_ = std::move(ready);
  shares_ = allocation_(kinds_, ready_);
}

// The most urgent first: share over the part of its rounds that the job had by that choice, as in
// Gavel; one that had none yet is infinitely urgent. Options without a share come last.
std::vector<Rounds::Option> Rounds::options(const Jobs& jobs) const {
  std::vector<Option> options;
  for (const auto& [job, candidate] : jobs) {
    const Record& record = records_.at(job);
    const std::vector<double>& shares = shares_[kind_by_job_.at(job)];
    for (std::size_t i = 0; i < shares.size(); ++i) {
      // Of 0 rounds: infinite, but for a share of 0.
      const double priority = shares[i] > 0 ? shares[i] / (record.by_choice[i] / record.rounds) : 0;
      options.push_back({priority, shares[i], candidate, i});
    }
  }
  const auto rank = [](const Option& option) {
    return std::tuple(-option.priority, -option.share, option.candidate->submitted,
                      option.candidate->job, option.choice);
  };
  std::sort(options.begin(), options.end(),
            [&](const Option& a, const Option& b) { return rank(a) < rank(b); });
  return options;
}

namespace {

// Who runs but is not due, or not by that choice. An open one has taken what others are due: where
// one starts, it stops as well, and takes again what is left.
std::vector<std::size_t> stopping(const Floor& floor, const Due& due) {
  Due starting = due;
  std::vector<std::size_t> stopping;
  std::vector<const Running*> open;
  for (const Running& running : floor.running()) {
    const std::size_t job = running.candidate->job;
    const auto found = due.find(job);
    if (found == due.end() || found->second != &running.candidate->choices[index(running)]) {
      stopping.push_back(job);
      continue;
    }
    starting.erase(job);
    if (running.choice.open) open.push_back(&running);
  }
  for (const Running* running : open) {
    if (std::any_of(starting.begin(), starting.end(),
                    [&](const auto& one) { return one.second->group == running->choice.group; })) {
      stopping.push_back(running->candidate->job);
    }
  }
  std::sort(stopping.begin(), stopping.end());
  return stopping;
}

}  // namespace

// By counts, the first that fit are due; who runs otherwise stops. Where the nodes do not hold all
// that are due, others take what is left.
void Rounds::play(Floor& floor, const std::vector<Option>& options) {
  std::vector<std::int64_t> left = ready_;
  Due due;
  for (const Option& option : options) {
    const Choice& choice = option.candidate->choices[option.choice];
    if (choice.accelerators > left[choice.group]) continue;
    if (!due.emplace(option.candidate->job, &choice).second) continue;
    left[choice.group] -= choice.accelerators;
  }
  for (const std::size_t job : stopping(floor, due)) floor.preempt(job);
  for (const Option& option : options) {
    const auto found = due.find(option.candidate->job);
    if (found != due.end() && found->second == &option.candidate->choices[option.choice]) {
      start(floor, option);
    }
  }
  for (const Option& option : options) start(floor, option);
}

void Rounds::start(Floor& floor, const Option& option) {
  const std::size_t job = option.candidate->job;
  const Choice& choice = option.candidate->choices[option.choice];
  if (!waiting_.contains(job) || choice.accelerators > floor.idle(choice.group)) return;
  if (floor.start(*option.candidate, choice)) waiting_.erase(job);
}

void Rounds::count_rounds(const Floor& floor) {
  for (const Running& running : floor.running()) {
    ++records_[running.candidate->job].by_choice[index(running)];
  }
}

}  // namespace trainyard::scheduling
