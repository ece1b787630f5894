#include "fleet/dispatch.hpp"

#include <algorithm>
#include <numeric>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "fleet/power.hpp"

namespace trainyard::fleet {

using scheduling::Candidate;
using scheduling::Choice;

Dispatch::Dispatch(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates)
    : scene_{world, tasks, rates, Yard(world), {}, world.from, nullptr},
      runs_(scene_),
      wan_(world),
      submissions_(scene_, runs_, wan_),
      breakage_(scene_, runs_),
      teams_(scene_, runs_, wan_),
      policy_(find_row(scheduling::policies(), world.scheduling.policy)
                  ->make(world.scheduling.settings)),
      tripped_(world.sites.size()),
      last_power_(world.sites.size()),
      last_chips_(scene_.yard.pools().size()),
      any_grows_(std::any_of(world.jobs.begin(), world.jobs.end(),
                             [](const Job& job) { return job.gangs.empty(); })) {
  scene_.history.jobs.resize(world.jobs.size());
  scene_.history.allocations.reserve(world.jobs.size());  // most have one
  for (std::size_t site = 0; site < world.sites.size(); ++site) {
    scene_.yard.set_limit(site, limit_at(world.sites[site], world.from, std::nullopt));
  }
  record();  // sites without a limit have none from the first moment on
}

bool Dispatch::fits(const Candidate& candidate, const Choice& choice) const {
  return teams_.may_start(candidate.job) && runs_.fits(candidate.job, choice);
}

bool Dispatch::fits_without(const Candidate& candidate, const Choice& choice,
                            std::span<const std::size_t> jobs) const {
  return runs_.fits_without(candidate.job, choice, jobs);
}

bool Dispatch::start(const Candidate& candidate, const Choice& choice) {
  const std::size_t job = candidate.job;
  if (!teams_.may_start(job) || !runs_.start(job, choice)) return false;
  waiting_.erase(rank(job));
  if (choice.open) open_.insert(job);
  if (scene_.world.jobs[job].checkpoint.replica != none) replicating_.insert(job);
  return true;
}

void Dispatch::preempt(std::size_t job) {
  ++scene_.history.jobs[job].preemptions;
  runs_.stop(job, Ending::preempted);
  queue_stopped();
}

void Dispatch::happened(Instant time, std::span<const engine::Event> events,
                        engine::Timeline& timeline) {
  scene_.now = time;
  scene_.timeline = &timeline;
  for (const engine::Event& event : events) handle(event);
  supply_power();
  queue_stopped();
  queue_ready();
  serve();
  teams_.settle();
  plan_growth();
  plan_look();
  breakage_.expose();
  move_bytes();
  record();
  watch_substations();
}

void Dispatch::handle(const engine::Event& event) {
  const auto index = static_cast<std::size_t>(event.id);
  const auto job = static_cast<std::size_t>(event.id / Runs::versions);
  switch (static_cast<Kind>(event.kind)) {
    case Kind::job_end:
      if (runs_.current(event.id)) end_job(job);
      break;
    case Kind::job_start:
      submissions_.dated(index);
      break;
    case Kind::breakdown:
      breakage_.breakdown(index);
      break;
    case Kind::noticed:
      breakage_.noticed(index);
      break;
    case Kind::repaired:
      breakage_.repaired(index);
      wanted_ = true;
      break;
    case Kind::transfer_end:
      submissions_.delivered(wan_.end_due(scene_.now));
      break;
    case Kind::checkpoint:
      if (!runs_.current(event.id)) break;
      runs_.at(job).growth_planned = false;
      grow_due_.insert(job);
      wanted_ = true;
      break;
    case Kind::look:
      wanted_ = true;
      break;
    default:
      change_supply(static_cast<Kind>(event.kind), index);
  }
}

void Dispatch::end_team(std::size_t team) {
  if (!teams_.done(team)) return;  // pauses came between: planned anew
  for (const Member& member : scene_.world.teams[team].members) {
    const Run::Phase phase = runs_.at(member.job).phase;
    if (phase == Run::Phase::running || phase == Run::Phase::hung) {
      runs_.finish(member.job);
    } else {
      if (phase == Run::Phase::waiting) policy_->withdrawn(member.job);
      runs_.withdraw(member.job);
    }
    submissions_.finished(member.job);
  }
}

void Dispatch::end_job(std::size_t job) {
  if (const std::size_t team = scene_.world.jobs[job].team; team != none) return end_team(team);
  runs_.finish(job);
  open_.erase(job);
  submissions_.finished(job);
}

void Dispatch::queue_stopped() {
  for (const std::size_t job : runs_.take_stopped()) {
    open_.erase(job);
    runs_.at(job).candidate.choices = runs_.at(job).open;
    policy_->arrived(runs_.at(job).candidate);
    if (any_grows_) waiting_.insert(rank(job));
    wanted_ = true;
  }
}

void Dispatch::queue_ready() {
  for (const std::size_t job : submissions_.take_ready()) {
    Run& run = runs_.at(job);
    if (run.phase == Run::Phase::waiting) policy_->withdrawn(job);
    if (run.phase == Run::Phase::absent) {
      run.phase = Run::Phase::waiting;
      run.waiting_since = scene_.now;
    }
    if (run.phase != Run::Phase::waiting) continue;
    run.candidate.choices = run.open;
    policy_->arrived(run.candidate);
    if (any_grows_) waiting_.insert(rank(job));
    wanted_ = true;
  }
}

// Idle chips go to growing jobs that rank above all waiting ones, then to those that wait, by the
// policy's order, and what is left to the other growing jobs.
void Dispatch::serve() {
  for (const Runs::Use& use : runs_.take_used()) {
    policy_->stopped(runs_.at(use.job).candidate, use.choice, use.time);
  }
  if (scene_.yard.take_grown() || runs_.take_freed()) wanted_ = true;
  if (!wanted_) return;
  runs_.top_up_spares();
  grow(waiting_);
  policy_->serve(*this);
  queue_stopped();
  grow({});
  static_cast<void>(runs_.take_freed());
  wanted_ = false;
}

Dispatch::Rank Dispatch::rank(std::size_t job) const {
  const Candidate& candidate = runs_.at(job).candidate;
  return {-candidate.priority, candidate.submitted, job};
}

// Its gang and what is idle, less the spares it still lacks.
std::int64_t Dispatch::nodes_with_idle(std::size_t job) const {
  const Run& run = runs_.at(job);
  const std::int64_t each = run.gang.front().piece.each;
  std::int64_t nodes = runs_.whole_idle(run.choice.group) / each - scene_.world.jobs[job].spares;
  for (const auto* list : {&run.gang, &run.spares}) {
    for (const Held& held : *list) nodes += held.piece.nodes;
  }
  return nodes;
}

bool Dispatch::would_grow(std::size_t job) {
  const Run& run = runs_.at(job);
  if (run.phase != Run::Phase::running || runs_.whole_idle(run.choice.group) == 0) return false;
  const std::size_t task = scene_.world.jobs[job].options[run.option].task;
  const auto& allocation = scene_.history.allocations[run.allocation];
  const std::int64_t nodes = nodes_with_idle(job);
  if (task == none) return nodes > allocation.nodes;
  return runs_.answers().ranks(task, nodes) > allocation.chips - allocation.left_over;
}

// Those due that rank above `waiting`, the first in rank first.
void Dispatch::grow(const std::set<Rank>& waiting) {
  std::set<Rank> due;
  for (const std::size_t job : grow_due_) due.insert(rank(job));
  for (const Rank& next : due) {
    const std::size_t job = std::get<std::size_t>(next);
    if (!waiting.empty() && *waiting.begin() < next) break;
    grow_due_.erase(job);
    if (would_grow(job)) runs_.grow(job);
  }
}

// A running job that takes all chips looks again at its next checkpoint when there are idle ones.
void Dispatch::plan_growth() {
  for (const std::size_t job : open_) {
    Run& run = runs_.at(job);
    if (run.growth_planned || !would_grow(job)) continue;
    runs_.sync(job);
    const Instant begins =
        std::max(scene_.now, scene_.history.allocations[run.allocation].computing);
    scene_.timeline->add(
        {begins + run.progress.next_checkpoint(), Kind::checkpoint, runs_.event_id(job)});
    run.growth_planned = true;
  }
}

void Dispatch::plan_look() {
  const auto next = policy_->next_look();
  if (!next || *next == look_) return;
  look_ = next;
  scene_.plan(std::max(scene_.now, *next), Kind::look, 0);
}

// Checkpoints of running jobs flow to their replicas as a steady stream.
void Dispatch::replicate(std::size_t job) {
  const Run& run = runs_.at(job);
  const Checkpoint& checkpoint = scene_.world.jobs[job].checkpoint;
  const bool runs = run.phase == Run::Phase::running || run.phase == Run::Phase::hung;
  const std::size_t from = scene_.world.jobs[job].options[run.option].site;
  if (!runs) replicating_.erase(job);
  if (from == checkpoint.replica) return;
  const Seconds cycle = run.writing.interval + run.writing.pause;
  wan_.set_stream(scene_.now, job, from, checkpoint.replica,
                  runs ? checkpoint.size / cycle : BytesPerSecond(0));
}

void Dispatch::move_bytes() {
  for (const std::size_t job : std::vector(replicating_.begin(), replicating_.end())) {
    replicate(job);
  }
  for (const LinkChange& change : wan_.take_changes()) scene_.history.links.push_back(change);
  if (wan_.next() == bytes_due_) return;
  bytes_due_ = wan_.next();
  if (bytes_due_ != never) scene_.plan(bytes_due_, Kind::transfer_end, 0);
}

// Writes down what changed at this moment.
void Dispatch::record() {
  std::set<std::size_t> sites;
  for (std::size_t p = 0; p < last_chips_.size(); ++p) {
    Pool& pool = scene_.yard.pools()[p];
    if (!std::exchange(pool.changed, false)) continue;
    sites.insert(pool.site);
    const ChipChange change = scene_.yard.chips_now(p, scene_.now);
    if (change.chips == last_chips_[p].chips) continue;
    last_chips_[p] = change;
    scene_.history.chips.push_back(change);
  }
  for (std::size_t site = 0; site < last_power_.size(); ++site) {
    if (!sites.contains(site) && !limits_changed_.contains(site)) continue;
    const PowerChange change = scene_.yard.power_now(site, scene_.now);
    PowerChange& last = last_power_[site];
    if (change.limit == last.limit && change.planned == last.planned &&
        change.drawn == last.drawn && change.clock == last.clock) {
      continue;
    }
    last = change;
    scene_.history.power.push_back(change);
  }
  limits_changed_.clear();
}

History Dispatch::finish(engine::Timeline& timeline) && {
  scene_.now = scene_.world.to;
  scene_.timeline = &timeline;
  runs_.end_of_horizon();
  scene_.history.transfers = wan_.transfers();
  return std::move(scene_.history);
}

}  // namespace trainyard::fleet
