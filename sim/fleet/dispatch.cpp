#include "fleet/dispatch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

// A job's event carries its version, so that ends and checkpoints planned before a change are void.
constexpr std::int64_t versions = std::int64_t{1} << 32;
std::int64_t event_id(std::size_t job, std::int64_t version) {
  return static_cast<std::int64_t>(job) * versions + version;
}

// The order in which jobs are served.
std::vector<std::size_t> service_order(const World& world) {
  std::vector<std::size_t> jobs(world.jobs.size());
  std::iota(jobs.begin(), jobs.end(), std::size_t{0});
  std::stable_sort(jobs.begin(), jobs.end(), [&](std::size_t a, std::size_t b) {
    const Job& left = world.jobs[a];
    const Job& right = world.jobs[b];
    if (left.priority != right.priority) return left.priority > right.priority;
    return left.from < right.from;
  });
  return jobs;
}

}  // namespace

Dispatch::Dispatch(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates)
    : world_(world),
      tasks_(tasks),
      rates_(rates),
      yard_(world),
      by_priority_(service_order(world)),
      now_(world.from) {
  runs_.resize(world.jobs.size());
  for (Run& run : runs_) run.held.resize(yard_.pools().size());
  history_.jobs.resize(world.jobs.size());
  last_chips_.resize(yard_.pools().size());
  last_power_.resize(world.sites.size());
  record();  // sites without a limit have none from the first moment on
}

// What lies before the horizon has happened when it begins.
void Dispatch::plan(engine::Timeline& timeline) const {
  for (std::size_t s = 0; s < world_.sites.size(); ++s) {
    for (std::size_t p = 0; p < world_.sites[s].power.size(); ++p) {
      timeline.add({std::max(world_.from, world_.sites[s].power[p].from), limit,
                    static_cast<std::int64_t>(p * world_.sites.size() + s)});
    }
  }
  for (std::size_t d = 0; d < world_.deliveries.size(); ++d) {
    timeline.add({std::max(world_.from, world_.deliveries[d].arrives), arrival,
                  static_cast<std::int64_t>(d)});
  }
  for (std::size_t j = 0; j < world_.jobs.size(); ++j) {
    timeline.add(
        {std::max(world_.from, world_.jobs[j].from), job_start, static_cast<std::int64_t>(j)});
  }
}

void Dispatch::happened(Instant time, std::span<const engine::Event> events,
                        engine::Timeline& timeline) {
  now_ = time;
  for (const engine::Event& event : events) handle(event);
  supply_power(timeline);
  take_back();
  serve(timeline);
  plan_growth(timeline);
  record();
}

void Dispatch::handle(const engine::Event& event) {
  const auto index = static_cast<std::size_t>(event.id);
  const auto job = static_cast<std::size_t>(event.id / versions);
  const auto current = [&] { return runs_[job].version == event.id % versions; };
  switch (static_cast<Kind>(event.kind)) {
    case limit: {
      const std::size_t site = index % world_.sites.size();
      yard_.set_limit(site, world_.sites[site].power[index / world_.sites.size()].limit);
      break;
    }
    case arrival:
      yard_.arrive(index);
      break;
    case installation_end:
      yard_.installed(index);
      break;
    case job_end:
      if (!current()) break;
      stop(job);
      history_.jobs[job].samples = *world_.jobs[job].target_samples;
      history_.jobs[job].finished = now_;
      break;
    case job_start:
      runs_[index].waiting = true;
      break;
    case checkpoint:
      if (!current()) break;
      runs_[job].checkpoint_planned = false;
      grow_due_.insert(job);
      break;
  }
}

void Dispatch::supply_power(engine::Timeline& timeline) {
  for (std::size_t site = 0; site < world_.sites.size(); ++site) {
    for (const Yard::Begun& begun : yard_.power(site, now_)) {
      if (begun.ends <= now_) {
        yard_.installed(begun.installation);
        continue;
      }
      timeline.add({begun.ends, installation_end, static_cast<std::int64_t>(begun.installation)});
    }
  }
}

// Where power was withdrawn from nodes that jobs hold, the jobs of least priority lose theirs: they
// fall back to their last checkpoint and wait for chips again.
void Dispatch::take_back() {
  for (std::size_t p = 0; p < yard_.pools().size(); ++p) {
    for (auto job = by_priority_.rbegin(); job != by_priority_.rend(); ++job) {
      if (yard_.pools()[p].idle() >= 0) break;
      if (!runs_[*job].running || runs_[*job].held[p] == 0) continue;
      const double kept = samples_at_checkpoint(*job);
      const double done = samples_now(*job);
      stop(*job);
      history_.jobs[*job].samples = kept;
      history_.jobs[*job].lost_samples += done - kept;
      runs_[*job].waiting = true;
    }
    ENSURE(yard_.pools()[p].idle() >= 0);
  }
}

bool Dispatch::may_use(std::size_t job, const Pool& pool) const {
  const Job& self = world_.jobs[job];
  return pool.site == self.site && pool.node == self.node &&
         std::find(self.chip_owners.begin(), self.chip_owners.end(), pool.owner) !=
             self.chip_owners.end();
}

std::int64_t Dispatch::idle_nodes(std::size_t job) const {
  std::int64_t sum = 0;
  for (const Pool& pool : yard_.pools()) {
    if (may_use(job, pool)) sum += pool.idle();
  }
  return sum;
}

std::int64_t Dispatch::wanted_nodes(std::size_t job) const {
  const Job& self = world_.jobs[job];
  if (!self.accelerators) return idle_nodes(job);
  const std::int64_t each = world_.nodes[self.node].accelerators;
  return (*self.accelerators + each - 1) / each;
}

// Idle chips go to jobs that wait and to jobs whose checkpoint lets them grow, by one priority.
void Dispatch::serve(engine::Timeline& timeline) {
  for (const std::size_t job : by_priority_) {
    if (grow_due_.contains(job)) grow(job, timeline);
    if (!runs_[job].waiting) continue;
    const std::int64_t nodes = wanted_nodes(job);
    if (nodes > 0 && nodes <= idle_nodes(job)) start(job, nodes, timeline);
  }
  grow_due_.clear();
}

void Dispatch::hold(std::size_t job, std::int64_t nodes, std::int64_t ranks) {
  Run& run = runs_[job];
  run.nodes = nodes;
  const std::int64_t each = world_.nodes[world_.jobs[job].node].accelerators;
  for (std::size_t p = 0; p < yard_.pools().size(); ++p) {
    Pool& pool = yard_.pools()[p];
    if (!may_use(job, pool)) continue;
    const std::int64_t taken = std::min(nodes, pool.idle());
    pool.held += taken;
    run.held[p] = taken;
    nodes -= taken;
    const std::int64_t working = std::min(ranks, taken * each);
    pool.working += working;
    ranks -= working;
  }
  ENSURE(nodes == 0);
}

void Dispatch::release(std::size_t job) {
  Run& run = runs_[job];
  const Allocation& allocation = history_.allocations[run.allocation];
  const std::int64_t each = world_.nodes[world_.jobs[job].node].accelerators;
  std::int64_t ranks = allocation.chips - allocation.left_over;
  for (std::size_t p = 0; p < run.held.size(); ++p) {
    Pool& pool = yard_.pools()[p];
    pool.held -= run.held[p];
    const std::int64_t working = std::min(ranks, run.held[p] * each);
    pool.working -= working;
    ranks -= working;
    run.held[p] = 0;
  }
  run.nodes = 0;
}

std::size_t Dispatch::answer_for(std::size_t job, std::int64_t nodes) {
  for (std::size_t i = 0; i < history_.answers.size(); ++i) {
    if (history_.answers[i].job == job && history_.answers[i].nodes == nodes) return i;
  }
  const step::Question question{static_cast<std::int64_t>(world_.jobs[job].task), nodes};
  history_.answers.push_back({job, nodes, rates_.ask(question)});
  return history_.answers.size() - 1;
}

// False where the nodes hold no replica, or a fixed number of chips can not be had.
bool Dispatch::start(std::size_t job, std::int64_t nodes, engine::Timeline& timeline) {
  const Job& self = world_.jobs[job];
  const auto plan = step::plan_on(tasks_[self.task], nodes);
  if (!plan) return false;
  Run& run = runs_[job];
  const std::size_t index = answer_for(job, nodes);
  const step::Answer& answer = history_.answers[index].answer;
  const std::int64_t chips = nodes * world_.nodes[self.node].accelerators;
  run.allocation = history_.allocations.size();
  history_.allocations.push_back({.job = job,
                                  .start = now_,
                                  .computing = now_ + self.restart,
                                  .end = now_,
                                  .nodes = nodes,
                                  .chips = chips,
                                  .left_over = chips - answer.ranks,
                                  .answer = index});
  hold(job, nodes, answer.ranks);
  run.running = true;
  run.waiting = false;
  run.rate = answer.samples / answer.duration.value();
  run.samples_at_start = history_.jobs[job].samples;
  ++run.version;
  run.checkpoint_planned = false;
  if (!history_.jobs[job].started) history_.jobs[job].started = now_;
  if (self.target_samples) {
    const double left = *self.target_samples - run.samples_at_start;
    timeline.add({now_ + self.restart + Seconds(std::max(0.0, left) / run.rate), job_end,
                  event_id(job, run.version)});
  }
  return true;
}

// Ends the allocation; what was done counts until somebody says otherwise.
void Dispatch::stop(std::size_t job) {
  Run& run = runs_[job];
  Allocation& allocation = history_.allocations[run.allocation];
  history_.jobs[job].samples = samples_now(job);
  allocation.end = now_;
  allocation.computing = std::min(allocation.computing, now_);
  release(job);
  run.running = false;
  ++run.version;
}

double Dispatch::samples_now(std::size_t job) const {
  const Run& run = runs_[job];
  const Allocation& allocation = history_.allocations[run.allocation];
  const double computing = std::max(0.0, (now_ - allocation.computing).value());
  return run.samples_at_start + computing * run.rate;
}

double Dispatch::samples_at_checkpoint(std::size_t job) const {
  const Run& run = runs_[job];
  const Allocation& allocation = history_.allocations[run.allocation];
  const double computing = std::max(0.0, (now_ - allocation.computing).value());
  const double every = world_.jobs[job].checkpoint_every.value();
  return run.samples_at_start + std::floor(computing / every) * every * run.rate;
}

Instant Dispatch::next_checkpoint(std::size_t job) const {
  const Allocation& allocation = history_.allocations[runs_[job].allocation];
  const double every = world_.jobs[job].checkpoint_every.value();
  const double computing = (now_ - allocation.computing).value();
  const double done = std::max(0.0, std::floor(computing / every));
  return allocation.computing + Seconds((done + 1) * every);
}

// A running job that takes all chips looks again at its next checkpoint when there are idle ones.
void Dispatch::plan_growth(engine::Timeline& timeline) {
  for (std::size_t job = 0; job < runs_.size(); ++job) {
    Run& run = runs_[job];
    if (!run.running || world_.jobs[job].accelerators || run.checkpoint_planned) continue;
    const std::int64_t idle = idle_nodes(job);
    if (idle == 0) continue;
    const auto larger = step::plan_on(tasks_[world_.jobs[job].task], run.nodes + idle);
    const auto& allocation = history_.allocations[run.allocation];
    if (!larger || larger->ranks() <= allocation.chips - allocation.left_over) continue;
    timeline.add({next_checkpoint(job), checkpoint, event_id(job, run.version)});
    run.checkpoint_planned = true;
  }
}

void Dispatch::grow(std::size_t job, engine::Timeline& timeline) {
  Run& run = runs_[job];
  if (!run.running) return;
  const std::int64_t nodes = run.nodes + idle_nodes(job);
  const auto larger = step::plan_on(tasks_[world_.jobs[job].task], nodes);
  const auto& allocation = history_.allocations[run.allocation];
  if (!larger || larger->ranks() <= allocation.chips - allocation.left_over) return;
  stop(job);
  start(job, nodes, timeline);
}

// Writes down what changed at this moment.
void Dispatch::record() {
  for (std::size_t p = 0; p < last_chips_.size(); ++p) {
    const ChipChange change = yard_.chips_now(p, now_);
    if (change.chips == last_chips_[p].chips) continue;
    last_chips_[p] = change;
    history_.chips.push_back(change);
  }
  for (std::size_t site = 0; site < world_.sites.size(); ++site) {
    const PowerChange change = yard_.power_now(site, now_);
    PowerChange& last = last_power_[site];
    if (change.limit == last.limit && change.planned == last.planned &&
        change.drawn == last.drawn) {
      continue;
    }
    last = change;
    history_.power.push_back(change);
  }
}

History Dispatch::finish() && {
  now_ = world_.to;
  for (std::size_t job = 0; job < runs_.size(); ++job) {
    if (runs_[job].running) stop(job);
  }
  return std::move(history_);
}

}  // namespace trainyard::fleet
