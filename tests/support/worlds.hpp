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
inline hardware::Node server() {
  hardware::Node node = examples::dgx_h100();
  node.power = {Watts(10e3), Watts(8e3), Watts(2e3)};
  return node;
}

inline fleet::Site site(const std::string& name, std::vector<fleet::PowerPhase> power = {},
                        double pue = 1) {
  fleet::Site site;
  site.place.name = name;
  site.place.pue = pue;
  site.power = std::move(power);
  return site;
}

inline fleet::PowerPhase phase(double from_day, Watts limit) {
  return {"phase", day(from_day), limit};
}

// Servers of the first owner for the first site; change what differs.
inline fleet::Delivery delivery(double arrives_day, std::int64_t nodes, double install_days = 0) {
  fleet::Delivery delivery;
  delivery.name = "delivery";
  delivery.arrives = day(arrives_day);
  delivery.install = days(install_days);
  delivery.nodes = nodes;
  return delivery;
}

// Takes all chips of all owners at the first site from the first day on, to the horizon's end.
inline fleet::Job job(const std::string& name) {
  fleet::Job job;
  job.name = name;
  job.model = "small_language";
  job.options = {{.site = 0, .node = 0, .task = 0}};
  job.chip_owners = {0, 1};
  job.from = new_year;
  job.tokens_per_sample = 2048;
  job.checkpoint.every = hours(1);
  job.restart = Seconds(600);
  return job;
}

// Computes for so long on exactly so many accelerators: a job without a task.
inline fleet::Job timed_job(const std::string& name, std::int64_t accelerators, Seconds duration) {
  fleet::Job job = worlds::job(name);
  job.model = "";
  job.options = {{.site = 0, .node = 0, .task = fleet::none}};
  job.gangs = {accelerators};
  job.duration = duration;
  job.tokens_per_sample = 0;
  job.restart = Seconds(0);
  return job;
}

// One site without a limit on power, one kind of node, owners tesla and xai, daily bins.
inline fleet::World world(double horizon_days = 100) {
  fleet::World world;
  world.from = new_year;
  world.to = day(horizon_days);
  world.bin = days(1);
  world.sites = {site("austin")};
  world.nodes = {server()};
  world.owners = {"tesla", "xai"};
  return world;
}

// A task on servers whose replica takes tensor x pipeline accelerators, as many as fit.
inline step::Task task(std::int64_t tensor = 1, std::int64_t pipeline = 1) {
  return examples::task(examples::small_language(), server(),
                        examples::request(tensor, pipeline, 1));
}

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
inline std::int64_t chips(const fleet::History& history, fleet::ChipState state, Instant at,
                          std::size_t site = 0, std::size_t node = 0) {
  std::vector<const fleet::ChipChange*> last;  // by owner
  for (const fleet::ChipChange& change : history.chips) {
    if (change.time > at || change.site != site || change.node != node) continue;
    last.resize(std::max(last.size(), change.owner + 1));
    last[change.owner] = &change;
  }
  std::int64_t sum = 0;
  for (const fleet::ChipChange* change : last) {
    if (change != nullptr) sum += change->chips[static_cast<std::size_t>(state)];
  }
  return sum;
}

// The states of a fleet where nothing is ordered, breaks or retires, in the order of life.
inline constexpr std::array plain_states{fleet::ChipState::in_storage, fleet::ChipState::installing,
                                         fleet::ChipState::installed, fleet::ChipState::powered,
                                         fleet::ChipState::busy};

// Accelerators in the plain states.
inline std::vector<std::int64_t> chips(const fleet::History& history, Instant at,
                                       std::size_t site = 0, std::size_t node = 0) {
  std::vector<std::int64_t> counts;
  for (const fleet::ChipState state : plain_states) {
    counts.push_back(chips(history, state, at, site, node));
  }
  return counts;
}

// Accelerators in every state, in the order of fleet::ChipState.
inline std::vector<std::int64_t> all_chips(const fleet::History& history, Instant at,
                                           std::size_t site = 0, std::size_t node = 0) {
  std::vector<std::int64_t> counts;
  for (std::size_t state = 0; state < fleet::chip_states; ++state) {
    counts.push_back(chips(history, static_cast<fleet::ChipState>(state), at, site, node));
  }
  return counts;
}

// A site's power at a moment, all that happens then included.
inline fleet::PowerChange power(const fleet::History& history, Instant at, std::size_t site = 0) {
  fleet::PowerChange last;
  for (const fleet::PowerChange& change : history.power) {
    if (change.time <= at && change.site == site) last = change;
  }
  return last;
}

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

inline std::vector<double> numbers(const fleet::History& history) {
  Numbers numbers;
  numbers.add_states(history);
  numbers.add_jobs(history);
  numbers.add_events(history);
  return numbers.all;
}

}  // namespace trainyard::worlds
