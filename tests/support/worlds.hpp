// Small fleets built by hand, a rate source whose numbers are whole, and readings of a History, for
// the tests of the fleet and of what is made from it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "step/rates.hpp"
#include "support/examples.hpp"

namespace trainyard::worlds {

inline constexpr Instant new_year(1704067200);  // 2024-01-01, when every world begins

constexpr Seconds days(double number) {
  return Seconds(number * 86400);
}
constexpr Seconds hours(double number) {
  return Seconds(number * 3600);
}
// Midnight after `number` days.
constexpr Instant day(double number) {
  return new_year + days(number);
}

// Draws 10 kW rated, 8 kW in training, 2 kW idle; 8 accelerators.
hardware::Node server();

fleet::Site site(const std::string& name, std::vector<fleet::PowerPhase> power = {},
                 double pue = 1);

fleet::PowerPhase phase(double from_day, Watts limit);

// Servers of the first owner for the first site; change what differs.
fleet::Delivery delivery(double arrives_day, std::int64_t nodes, double install_days = 0);

// Takes all chips of all owners at the first site from the first day on, to the horizon's end.
fleet::Job job(const std::string& name);

// Computes for so long on exactly so many accelerators: a job without a task.
fleet::Job timed_job(const std::string& name, std::int64_t accelerators, Seconds duration);

// One site without a limit on power, one kind of node, owners tesla and xai, daily bins.
fleet::World world(double horizon_days = 100);

// A task on servers whose replica takes tensor x pipeline accelerators, as many as fit.
step::Task task(std::int64_t tensor = 1, std::int64_t pipeline = 1);

// Every working accelerator trains one sample a second and does 1 TFLOP for it. Remembers what it
// was asked.
class SteadyRates final : public step::Rates {
 public:
  explicit SteadyRates(std::vector<step::Task> tasks) : tasks_(std::move(tasks)) {}

  step::Answer ask(step::Question question) override {
    asked.push_back(question);
    const step::Task& task = tasks_[static_cast<std::size_t>(question.task)];
    const auto plan = step::plan_on(task, question.nodes);
    step::Answer answer{.duration = Seconds(1),
                        .tensor = plan->tensor(),
                        .pipeline = plan->pipeline(),
                        .data = plan->data,
                        .micro_batches = plan->micro_batches,
                        .ranks = plan->ranks(),
                        .left_over = plan->left_over};
    answer.samples = static_cast<double>(answer.ranks);
    answer.tokens = answer.samples * task.model.tokens_per_sample;
    answer.model_work = Flops(1e12 * answer.samples);
    return answer;
  }

  std::vector<step::Question> asked;

 private:
  std::vector<step::Task> tasks_;
};

// Accelerators of all owners at a site at a moment, all that happens then included.
std::int64_t chips(const fleet::History& history, fleet::ChipState state, Instant at,
                   std::size_t site = 0, std::size_t node = 0);

// The states of a fleet where nothing is ordered, breaks or retires, in the order of life.
inline constexpr std::array plain_states{fleet::ChipState::in_storage, fleet::ChipState::installing,
                                         fleet::ChipState::installed, fleet::ChipState::powered,
                                         fleet::ChipState::busy};

// Accelerators in the plain states.
std::vector<std::int64_t> chips(const fleet::History& history, Instant at, std::size_t site = 0,
                                std::size_t node = 0);

// Accelerators in every state, in the order of fleet::ChipState.
std::vector<std::int64_t> all_chips(const fleet::History& history, Instant at, std::size_t site = 0,
                                    std::size_t node = 0);

// A site's power at a moment, all that happens then included.
fleet::PowerChange power(const fleet::History& history, Instant at, std::size_t site = 0);

// All of a history as numbers: equal lists are equal histories, bit for bit.
class Numbers {
 public:
  std::vector<double> all;

  template <class... Values>
  void add(Values... values) {
    (all.push_back(static_cast<double>(values)), ...);
  }
  void add_states(const fleet::History& history) {
    for (const fleet::ChipChange& change : history.chips) {
      add(change.time.value(), change.site, change.node, change.owner);
      for (const std::int64_t count : change.chips) add(count);
    }
    for (const fleet::PowerChange& change : history.power) {
      add(change.time.value(), change.site, change.limit.value(), change.planned.value(),
          change.drawn.value(), change.clock);
    }
  }
  void add_jobs(const fleet::History& history) {
    for (const fleet::Allocation& one : history.allocations) {
      add(one.job, one.option, one.start.value(), one.computing.value(), one.end.value());
      add(one.nodes, one.chips, one.left_over, one.spares, one.answer, one.clock);
      add(one.productive.value(), one.pauses.value(), one.lost.value(), one.unnoticed.value());
      add(one.checkpoints, one.ending, one.cause);
    }
    for (const fleet::JobResult& job : history.jobs) {
      add(job.submitted.value(), job.started ? job.started->value() : -1,
          job.finished ? job.finished->value() : -1, job.samples, job.lost_samples,
          job.queued.value(), job.interruptions, job.preemptions);
    }
    for (const fleet::StepUse& use : history.answers) {
      add(use.job, use.option, use.nodes, use.clock, use.slowest, use.answer.duration.value(),
          use.answer.samples, use.answer.ranks);
    }
  }
  void add_events(const fleet::History& history) {
    for (const fleet::Breakdown& one : history.breakdowns) {
      add(one.time.value(), one.cause, one.site, one.node, one.job, one.nodes);
    }
    for (const fleet::Transfer& one : history.transfers) {
      add(one.kind, one.job, one.from, one.to, one.size.value(), one.start.value(), one.end.value(),
          one.complete);
    }
    for (const fleet::LinkChange& change : history.links) {
      add(change.time.value(), change.link, change.used.value(), change.up);
    }
    for (const fleet::StoreChange& change : history.stores) {
      add(change.time.value(), change.site, change.written.value(), change.load);
    }
  }
};

std::vector<double> numbers(const fleet::History& history);

}  // namespace trainyard::worlds
