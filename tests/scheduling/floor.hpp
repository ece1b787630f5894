// A floor of pools of nodes and a small event loop on it, with which policies are tested. At each
// moment: first jobs end, then jobs arrive, then the policy serves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "base/catalog.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

inline constexpr double never = std::numeric_limits<double>::infinity();

struct Pool {
  std::int64_t nodes = 0;
  std::int64_t each = 0;
  Place place = nullptr;
  std::int64_t nodes_per_leaf = 0;
};

inline Pool pool(std::int64_t nodes, std::int64_t each,
                 std::string_view placement = "consolidate") {
  return {nodes, each, find_row(placements(), placement)->place, 0};
}

// A job of a test: it runs `run` seconds, less by a choice with a rate that is not 0.
struct TestJob {
  Candidate candidate;
  double run = 0;
};

// On so many accelerators of the first group, with an estimate that is right.
inline TestJob test_job(std::size_t number, double submitted, std::int64_t accelerators,
                        double run) {
  TestJob job;
  job.candidate.job = number;
  job.candidate.submitted = Instant(submitted);
  job.candidate.estimate = Seconds(run);
  job.candidate.work = run;
  job.candidate.choices = {{.group = 0, .accelerators = accelerators}};
  job.run = run;
  return job;
}

// What became of a job.
struct Outcome {
  double started = never;  // first
  double ended = never;
  std::int64_t starts = 0;
  std::size_t group = 0;  // where it ran last
  std::int64_t accelerators = 0;
};

class TestFloor final : public Floor {
 public:
  TestFloor(std::span<const Pool> pools, std::span<const TestJob> jobs, Policy& policy)
      : jobs_(jobs), policy_(policy), outcomes_(jobs.size()), left_(jobs.size()) {
    for (const Pool& pool : pools) {
      pools_.push_back({pool, Nodes(pool.each)});
      pools_.back().nodes.add(0, pool.nodes);
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) left_[i] = jobs[i].run;
  }

  [[nodiscard]] Instant now() const override { return Instant(now_); }
  [[nodiscard]] std::size_t groups() const override { return pools_.size(); }
  [[nodiscard]] std::int64_t ready(std::size_t group) const override {
    return pools_[group].pool.nodes * pools_[group].pool.each;
  }
  [[nodiscard]] std::int64_t idle(std::size_t group) const override {
    return pools_[group].nodes.idle();
  }
  [[nodiscard]] std::span<const Running> running() const override { return running_; }
  [[nodiscard]] bool fits(const Candidate&, const Choice& choice) const override {
    return place(pools_[choice.group].nodes, choice).has_value();
  }
  [[nodiscard]] bool fits_without(const Candidate&, const Choice& choice,
                                  std::span<const std::size_t> jobs) const override {
    Nodes nodes = pools_[choice.group].nodes;
    for (const std::size_t job : jobs) {
      for (const Piece& piece : runs_.at(job).pieces) nodes.give(piece);
    }
    return place(nodes, choice).has_value();
  }
  bool start(const Candidate& candidate, const Choice& choice) override;
  void preempt(std::size_t job) override;

  // Until nothing is left that could happen.
  std::vector<Outcome> play();

 private:
  struct Stock {
    Pool pool;
    Nodes nodes;
  };
  struct Run {
    std::size_t index = 0;  // in running_
    std::vector<Piece> pieces;
    std::int64_t number = 0;  // of all starts
  };
  [[nodiscard]] std::optional<std::vector<Piece>> place(const Nodes& nodes,
                                                        const Choice& choice) const {
    const Pool& pool = pools_[choice.group].pool;
    return pool.place(nodes, {choice.accelerators, pool.nodes_per_leaf});
  }
  void stop(std::size_t job);
  [[nodiscard]] double next_moment(std::size_t arrived) const;
  void end_jobs();

  std::span<const TestJob> jobs_;
  Policy& policy_;
  std::vector<Outcome> outcomes_;
  std::vector<double> left_;  // seconds at a rate of 1
  std::vector<Stock> pools_;
  std::vector<Running> running_;
  std::map<std::size_t, Run> runs_;
  using End = std::tuple<double, std::size_t, std::int64_t>;  // time, job, number of its start
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::int64_t starts_ = 0;
  double now_ = -never;
};

inline bool TestFloor::start(const Candidate& candidate, const Choice& choice) {
  if (runs_.contains(candidate.job)) throw std::logic_error("started twice");
  auto pieces = place(pools_[choice.group].nodes, choice);
  if (!pieces) return false;
  std::int64_t got = 0;
  for (const Piece& piece : *pieces) {
    pools_[choice.group].nodes.take(piece);
    got += piece.nodes * piece.each;
  }
  if (got != choice.accelerators) throw std::logic_error("placed another number");
  runs_.emplace(candidate.job, Run{running_.size(), *std::move(pieces), ++starts_});
  running_.push_back({&candidate, choice, now(), now() + candidate.estimate});
  ends_.emplace(now_ + left_[candidate.job] / speed(choice), candidate.job, starts_);
  Outcome& outcome = outcomes_[candidate.job];
  if (outcome.starts++ == 0) outcome.started = now_;
  outcome.group = choice.group;
  outcome.accelerators = choice.accelerators;
  return true;
}

// Takes it off the floor and tells the policy.
inline void TestFloor::stop(std::size_t job) {
  const auto run = runs_.find(job);
  if (run == runs_.end()) throw std::logic_error("does not run");
  const Running stopped = running_[run->second.index];
  for (const Piece& piece : run->second.pieces) pools_[stopped.choice.group].nodes.give(piece);
  runs_.at(running_.back().candidate->job).index = run->second.index;
  running_[run->second.index] = running_.back();
  running_.pop_back();
  runs_.erase(run);
  const Seconds used = now() - stopped.started;
  left_[job] -= used.value() * speed(stopped.choice);
  policy_.stopped(*stopped.candidate, stopped.choice, used);
}

inline void TestFloor::preempt(std::size_t job) {
  stop(job);
  policy_.arrived(jobs_[job].candidate);
}

inline void TestFloor::end_jobs() {
  for (; !ends_.empty() && std::get<0>(ends_.top()) <= now_; ends_.pop()) {
    const auto [time, job, number] = ends_.top();
    const auto run = runs_.find(job);
    if (run == runs_.end() || run->second.number != number) continue;  // was preempted
    stop(job);
    outcomes_[job].ended = time;
  }
}

inline double TestFloor::next_moment(std::size_t arrived) const {
  double next = never;
  if (!ends_.empty()) next = std::get<0>(ends_.top());
  if (arrived < jobs_.size()) next = std::min(next, jobs_[arrived].candidate.submitted.value());
  if (const auto look = policy_.next_look()) next = std::min(next, look->value());
  return std::max(next, now_);
}

inline std::vector<Outcome> TestFloor::play() {
  std::size_t arrived = 0;
  while (true) {
    const bool over = arrived == jobs_.size() && runs_.empty();
    now_ = next_moment(arrived);
    if (now_ == never || (over && !policy_.next_look())) break;
    end_jobs();
    for (; arrived < jobs_.size() && jobs_[arrived].candidate.submitted <= now(); ++arrived) {
      policy_.arrived(jobs_[arrived].candidate);
    }
    policy_.serve(*this);
  }
  return outcomes_;
}

// The jobs, in the order of their submission and numbered in it, by a policy of the catalog.
inline std::vector<Outcome> play(std::string_view policy, std::span<const Pool> pools,
                                 std::span<const TestJob> jobs, const Settings& settings = {}) {
  const std::unique_ptr<Policy> made = find_row(policies(), policy)->make(settings);
  return TestFloor(pools, jobs, *made).play();
}
inline std::vector<Outcome> play(std::string_view policy, const Pool& pool,
                                 std::span<const TestJob> jobs, const Settings& settings = {}) {
  return play(policy, std::span(&pool, 1), jobs, settings);
}

}  // namespace trainyard::scheduling
