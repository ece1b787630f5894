#include "fleet/runs.hpp"

#include <algorithm>
#include <cmath>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "fleet/hazard.hpp"

namespace trainyard::fleet {

using scheduling::Choice;

namespace {

constexpr double unending = std::numeric_limits<double>::infinity();

Cycle cycle(const Writing& writing) {
  return {writing.interval, writing.pause, writing.lag};
}

std::int64_t nodes_of(const std::vector<Held>& held) {
  std::int64_t sum = 0;
  for (const Held& one : held) sum += one.piece.nodes;
  return sum;
}

std::int64_t chips_of(const std::vector<Held>& held) {
  std::int64_t sum = 0;
  for (const Held& one : held) sum += one.piece.nodes * one.piece.each;
  return sum;
}

}  // namespace

Runs::Runs(Scene& scene)
    : scene_(scene),
      answers_(scene),
      place_(find_row(scheduling::placements(), scene.world.scheduling.placement)->place),
      runs_(scene.world.jobs.size()),
      writers_(scene.world.sites.size()) {}

double Runs::target(std::size_t job) const {
  const Job& self = scene_.world.jobs[job];
  if (self.duration) return self.duration->value();
  return self.target_samples.value_or(unending);
}

// Jobs with a duration count seconds of computing, the others samples.
double Runs::rate_now(std::size_t job) {
  const Run& run = runs_[job];
  const Allocation& now = allocation(job);
  if (waits_for_team(job)) return 0;
  if (now.answer == none) return now.clock * run.slowest;
  if (scene_.world.jobs[job].duration) return 1;
  const step::Answer& answer = scene_.history.answers[now.answer].answer;
  return answer.samples / answer.duration.value();
}

double Runs::units_to_samples(std::size_t job) const {
  const Allocation& now = scene_.history.allocations[runs_[job].allocation];
  if (now.answer == none || !scene_.world.jobs[job].duration) return 1;
  const step::Answer& answer = scene_.history.answers[now.answer].answer;
  return answer.samples / answer.duration.value();
}

std::size_t Runs::site_of(std::size_t job) const {
  return scene_.world.jobs[job].options[runs_[job].option].site;
}

std::size_t Runs::node_of(std::size_t job) const {
  return scene_.world.jobs[job].options[runs_[job].option].node;
}

void Runs::describe(std::size_t job) {
  const Job& self = scene_.world.jobs[job];
  Run& run = runs_[job];
  run.candidate.work = target(job);
  if (self.estimate || self.duration) {
    run.candidate.estimate = self.estimate ? *self.estimate : *self.duration;
    return;
  }
  const auto* policy = find_row(scheduling::policies(), scene_.world.scheduling.policy);
  if (self.team != none && (policy->needs_estimates || policy->needs_rates)) {
    return describe_member(job);
  }
  if (!policy->needs_estimates || !self.target_samples || run.choices.empty()) return;
  const Choice& first = run.choices.front();
  if (first.open) return;
  const std::size_t o = option_of(job, first);
  const std::int64_t each = scene_.world.nodes[self.options[o].node].accelerators;
  run.candidate.estimate =
      Seconds(*self.target_samples / answers_.rate(job, o, first.accelerators / each));
}

bool Runs::start(std::size_t job, const Choice& choice) {
  if (idle(choice.group) < choice.accelerators) return false;
  auto gang = find(job, choice);
  if (!gang) return false;
  Run& run = runs_[job];
  JobResult& result = scene_.history.jobs[job];
  take(run.gang, std::move(*gang));
  run.choice = choice;
  run.option = option_of(job, choice);
  if (!result.started) result.started = scene_.now;
  result.queued += scene_.now - run.waiting_since;
  run.phase = Run::Phase::running;
  run.slowest = 1;
  run.training = none;
  enter_running(job);
  open(job, Resume::anew);
  if (scene_.world.jobs[job].spares > 0) {
    short_of_spares_.push_back(job);
    top_up_spares();
  }
  return true;
}

void Runs::enter_running(std::size_t job) {
  Run& run = runs_[job];
  run.running = running_.size();
  running_.push_back({&run.candidate, run.choice, scene_.now, scene_.now + run.candidate.estimate});
  if (uses_store(job)) {
    writers_[site_of(job)].push_back(job);
    share_store(site_of(job));
  } else {
    run.writing = fleet::share_store({}, std::vector{writer(job)}).writers.front();
  }
}

void Runs::leave_running(std::size_t job) {
  Run& run = runs_[job];
  used_.push_back({job, run.choice, scene_.now - running_[run.running].started});
  running_[run.running] = running_.back();
  runs_[running_[run.running].candidate->job].running = run.running;
  running_.pop_back();
  run.running = none;
  if (uses_store(job)) {
    std::erase(writers_[site_of(job)], job);
    share_store(site_of(job));
  }
}

bool Runs::waits_for_team(std::size_t job) const {
  return scene_.world.jobs[job].team != none && runs_[job].training == none;
}

Allocation Runs::opened(std::size_t job, Resume resume) {
  const Job& self = scene_.world.jobs[job];
  const Run& run = runs_[job];
  Instant computing = scene_.now + self.restart;
  if (run.progress.saved() > 0) computing = computing + run.writing.read;
  if (resume == Resume::at_once) computing = std::max(scene_.now, allocation(job).computing);
  if (waits_for_team(job)) computing = never;
  Allocation opened{.job = job,
                    .option = run.option,
                    .start = scene_.now,
                    .computing = computing,
                    .end = scene_.now,
                    .nodes = nodes_of(run.gang),
                    .chips = chips_of(run.gang),
                    .spares = chips_of(run.spares),
                    .clock = scene_.yard.clock(site_of(job))};
  if (self.team != none) {
    opened.answer = run.training;
  } else if (self.options[run.option].task != none) {
    opened.answer = answers_.at(job, run.option, opened.nodes, opened.clock, run.slowest);
  }
  return opened;
}

// A new allocation of the chips that it holds.
void Runs::open(std::size_t job, Resume resume) {
  Run& run = runs_[job];
  Allocation opened = this->opened(job, resume);
  const std::int64_t ranks =
      opened.answer == none ? opened.chips : scene_.history.answers[opened.answer].answer.ranks;
  opened.left_over = opened.chips - ranks;
  run.allocation = scene_.history.allocations.size();
  scene_.history.allocations.push_back(opened);
  count_working(job, ranks);
  run.advanced = scene_.now;
  run.growth_planned = false;
  if (resume == Resume::anew) {
    run.progress = Progress(run.progress.saved(), rate_now(job), cycle(run.writing));
  } else {
    run.progress.change(rate_now(job), cycle(run.writing));
  }
  plan_end(job);
}

void Runs::plan_end(std::size_t job) {
  Run& run = runs_[job];
  ++run.version;
  run.growth_planned = false;
  const double left = target(job) - run.progress.done();
  if (std::isinf(left)) return;
  const Instant begins = std::max(scene_.now, allocation(job).computing);
  scene_.timeline->add(
      {begins + run.progress.time_for(std::max(0.0, left)), job_end, event_id(job)});
}

void Runs::sync(std::size_t job) {
  Run& run = runs_[job];
  if (run.phase == Run::Phase::running) {
    const Seconds elapsed = scene_.now - std::max(run.advanced, allocation(job).computing);
    if (elapsed > Seconds(0)) run.progress.advance(elapsed);
  }
  run.advanced = scene_.now;
}

// Spread over the allocations that did it, the newest first.
void Runs::count_lost(std::size_t job, Seconds lost) {
  std::vector<Allocation>& all = scene_.history.allocations;
  for (std::size_t i = runs_[job].allocation + 1; i-- > 0 && lost > Seconds(0);) {
    if (all[i].job != job) continue;
    const Seconds here = std::min(lost, all[i].productive - all[i].lost);
    all[i].lost += here;
    lost -= here;
  }
}

void Runs::close(std::size_t job, Ending ending, std::size_t cause, double lost) {
  Run& run = runs_[job];
  sync(job);
  lost += std::exchange(run.spoiled, 0);
  Allocation& now = allocation(job);
  const Account account = run.progress.take_account();
  const Seconds lost_time(lost > 0 ? lost / run.progress.rate() : 0);
  now.productive = account.productive;
  now.pauses = account.pauses;
  now.checkpoints = account.checkpoints;
  now.end = scene_.now;
  now.computing = std::min(now.computing, scene_.now);
  now.ending = ending;
  now.cause = cause;
  if (run.phase == Run::Phase::hung) {
    now.unnoticed = scene_.now - std::max(run.hung_since, now.computing);
  }
  JobResult& result = scene_.history.jobs[job];
  const double samples = units_to_samples(job);
  if (scene_.world.jobs[job].duration && now.answer != none) {
    result.samples += (account.productive - lost_time).value() * samples;
  } else {
    result.samples = run.progress.done();
  }
  result.lost_samples += lost * samples;
  if (lost > 0) count_lost(job, lost_time);
  stop_working(job);
}

void Runs::reopen(std::size_t job) {
  close(job, Ending::clock, none);
  open(job, Resume::at_once);
}

// An allocation has one number of spares.
void Runs::note_spares(std::size_t job) {
  const Run& run = runs_[job];
  if (run.phase == Run::Phase::running && allocation(job).start != scene_.now) {
    reopen(job);
  } else {
    allocation(job).spares = chips_of(run.spares);
  }
}

void Runs::stop(std::size_t job, Ending ending, std::size_t cause) {
  sync(job);
  const double lost = runs_[job].progress.fall_back();
  close(job, ending, cause, lost);
  wait_again(job);
}

void Runs::let_go(std::size_t job, Run::Phase phase) {
  Run& run = runs_[job];
  leave_running(job);
  run.broken.clear();
  give(run.gang);
  give(run.spares);
  ++run.version;
  run.phase = phase;
}

void Runs::wait_again(std::size_t job) {
  let_go(job, Run::Phase::waiting);
  runs_[job].waiting_since = scene_.now;
  stopped_.push_back(job);
}

void Runs::grow(std::size_t job) {
  save(job);
  stop(job, Ending::resized);
  stopped_.pop_back();
  const bool started = start(job, runs_[job].choice);
  ENSURE(started);
}

void Runs::finish(std::size_t job) {
  const Job& self = scene_.world.jobs[job];
  const bool counts_samples = !self.duration && self.team == none;
  close(job, Ending::finished, none);
  if (counts_samples) scene_.history.jobs[job].samples = target(job);
  scene_.history.jobs[job].finished = scene_.now;
  let_go(job, Run::Phase::over);
}

void Runs::end_of_horizon() {
  for (const scheduling::Running& running : running_) {
    close(running.candidate->job, Ending::horizon, none);
  }
  for (std::size_t job = 0; job < runs_.size(); ++job) {
    if (runs_[job].phase != Run::Phase::waiting) continue;
    scene_.history.jobs[job].queued += scene_.now - runs_[job].waiting_since;
  }
}

void Runs::hang(std::size_t job) {
  sync(job);
  Run& run = runs_[job];
  // What hits a job that hangs already is found with what hangs it.
  if (run.phase != Run::Phase::hung) run.hung_since = scene_.now;
  run.phase = Run::Phase::hung;
  ++run.version;
}

bool Runs::recover(std::size_t job, Ending ending, std::size_t cause) {
  Run& run = runs_[job];
  sync(job);
  const double lost = run.progress.fall_back();
  close(job, ending, cause, lost);
  if (!replace_broken(job)) {
    wait_again(job);
    return false;
  }
  run.phase = Run::Phase::running;
  run.slowest = 1;
  open(job, Resume::anew);
  return true;
}

void Runs::save(std::size_t job) {
  sync(job);
  runs_[job].progress.save();
}

void Runs::spoil(std::size_t job, double sound, std::size_t cause) {
  Run& run = runs_[job];
  if (run.phase == Run::Phase::over) return;
  sync(job);
  const double lost = run.progress.fall_back_to(sound);
  if (lost <= 0) return;
  if (run.phase == Run::Phase::running) {
    close(job, Ending::failure, cause, lost);
    open(job, Resume::anew);
    return;
  }
  if (run.phase == Run::Phase::hung) {
    run.spoiled += lost;
    return;
  }
  JobResult& result = scene_.history.jobs[job];
  result.samples -= lost * units_to_samples(job);
  result.lost_samples += lost * units_to_samples(job);
  count_lost(job, Seconds(lost / run.progress.rate()));
}

void Runs::new_clock(std::size_t site) {
  for (const scheduling::Running& running : running_) {
    const std::size_t job = running.candidate->job;
    if (scene_.world.jobs[job].team != none) continue;  // at the pace of all
    if (site_of(job) == site && runs_[job].phase == Run::Phase::running) reopen(job);
  }
}

void Runs::slow(std::size_t job, double slowest) {
  runs_[job].slowest = std::min(runs_[job].slowest, slowest);
  if (scene_.world.jobs[job].team == none) reopen(job);
}

}  // namespace trainyard::fleet
