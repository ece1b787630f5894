#include "fleet/teams.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

// Work left that is rounding, of all.
constexpr double rounding = 1e-9;

bool in(std::size_t set, std::size_t branch) {
  return (set >> branch & 1) != 0;
}

}  // namespace

Teams::Teams(Scene& scene, Runs& runs, Wan& wan)
    : scene_(scene), runs_(runs), wan_(wan), states_(scene.world.teams.size()) {}

std::optional<std::size_t> Teams::allowed(std::size_t team, std::size_t set) const {
  const std::size_t task = scene_.world.teams[team].tasks[set];
  return task == none ? std::nullopt : std::optional(task);
}

// Branches all of whose members run.
std::size_t Teams::training_set(std::size_t team) const {
  const Team& self = scene_.world.teams[team];
  std::size_t set = self.tasks.size() - 1;
  for (const Member& member : self.members) {
    if (runs_.at(member.job).phase != Run::Phase::running) {
      set &= ~(std::size_t{1} << member.branch);
    }
  }
  return set;
}

bool Teams::may_start(std::size_t job) const {
  const std::size_t team = scene_.world.jobs[job].team;
  if (team == none) return true;
  const Team& self = scene_.world.teams[team];
  if (allowed(team, training_set(team))) return true;
  std::size_t set = self.tasks.size() - 1;
  std::map<std::size_t, std::int64_t> wanted;  // of each group, in accelerators
  for (const Member& member : self.members) {
    const Run& run = runs_.at(member.job);
    if (run.phase == Run::Phase::running || run.phase == Run::Phase::hung) continue;
    const bool waits = run.phase == Run::Phase::waiting && !run.candidate.choices.empty();
    bool could = false;
    if (waits) {
      const scheduling::Choice& choice = run.candidate.choices.front();
      std::int64_t& sum = wanted[choice.group];
      could =
          sum + choice.accelerators <= runs_.idle(choice.group) && runs_.fits(member.job, choice);
      if (could) sum += choice.accelerators;
    }
    if (!could) set &= ~(std::size_t{1} << member.branch);
  }
  return allowed(team, set).has_value();
}

// The slowest of all that train.
double Teams::clock(std::size_t team, std::size_t set) const {
  double clock = 1;
  double slowest = 1;
  for (const Member& member : scene_.world.teams[team].members) {
    if (!in(set, member.branch)) continue;
    const Option& option = scene_.world.jobs[member.job].options.front();
    clock = std::min(clock, scene_.yard.clock(option.site));
    slowest = std::min(slowest, runs_.at(member.job).slowest);
  }
  return clock * slowest;
}

// Of the first section of each branch that trains, in the order of the ring.
std::vector<std::size_t> Teams::sites(std::size_t team, std::size_t set) const {
  std::vector<std::size_t> sites;
  for (const Member& member : scene_.world.teams[team].members) {
    if (!in(set, member.branch) || member.section != 0) continue;
    sites.push_back(scene_.world.jobs[member.job].options.front().site);
  }
  return sites;
}

// Streams of jobs' checkpoints have the numbers of the jobs; those of teams come after.
std::size_t Teams::key(const Team& team, std::size_t branch) const {
  return scene_.world.jobs.size() + team.members.front().job + branch;
}

// What each branch sends to the next one.
void Teams::stream(std::size_t team) {
  State& state = states_[team];
  const Team& self = scene_.world.teams[team];
  if (state.streams) {
    for (std::size_t b = 0; b < self.branches; ++b) {
      wan_.set_stream(scene_.now, key(self, b), 0, 0, BytesPerSecond(0));
    }
  }
  state.streams = false;
  if (!state.training) return;
  const std::vector<std::size_t> at = sites(team, state.training->set);
  const BytesPerSecond sent = runs_.answers().sent(self, *state.training);
  for (std::size_t i = 0; i < at.size() && at.size() > 1; ++i) {
    const std::size_t to = at[(i + 1) % at.size()];
    if (at[i] == to || sent <= BytesPerSecond(0)) continue;
    wan_.set_stream(scene_.now, key(self, i), at[i], to, sent);
    state.streams = true;
  }
}

double Teams::open_share(std::size_t team) const {
  const State& state = states_[team];
  double share = 1;
  const std::vector<std::size_t> at = sites(team, state.training->set);
  for (std::size_t i = 0; i < at.size() && at.size() > 1; ++i) {
    const std::size_t to = at[(i + 1) % at.size()];
    if (at[i] == to) continue;
    share = std::min(share, wan_.open_share(key(scene_.world.teams[team], i), at[i], to));
  }
  // In steps, so that small changes elsewhere change nothing here.
  return std::ceil(share / step::wan_grid - 1e-9) * step::wan_grid;
}

// Where all are needed and one begins anew, all begin with what is saved.
void Teams::begin_together(std::size_t team) {
  const Team& self = scene_.world.teams[team];
  const bool all_needed = std::all_of(self.tasks.begin(), self.tasks.end() - 1,
                                      [](std::size_t task) { return task == none; });
  const bool begins = std::any_of(
      self.members.begin(), self.members.end(),
      [this](const Member& member) { return runs_.at(member.job).training == none; });
  if (!all_needed || !begins) return;
  for (const Member& member : self.members) runs_.train(member.job, none);
}

void Teams::pace(std::size_t team) {
  const Team& self = scene_.world.teams[team];
  const auto& training = states_[team].training;
  if (training) begin_together(team);
  for (const Member& member : self.members) {
    const bool trains = training && in(training->set, member.branch);
    runs_.train(member.job, trains ? runs_.answers().of_member(self, member, *training) : none);
  }
}

bool Teams::over(std::size_t team) const {
  return runs_.at(scene_.world.teams[team].members.front().job).phase == Run::Phase::over;
}

void Teams::settle() {
  for (std::size_t team = 0; team < states_.size(); ++team) {
    State& state = states_[team];
    const std::size_t set = over(team) ? 0 : training_set(team);
    if (!over(team) && allowed(team, set)) {
      const double wan = state.training && state.training->set == set ? state.training->wan : 1;
      state.training = Answers::Training{set, clock(team, set), wan};
    } else {
      state.training.reset();
    }
    stream(team);
  }
  // Once all have said what they send.
  for (std::size_t team = 0; team < states_.size(); ++team) {
    State& state = states_[team];
    if (state.training) {
      state.training->wan = open_share(team);
      if (state.training->wan <= 0) state.training.reset();
    }
    if (over(team)) continue;
    pace(team);
    plan_end(team);
  }
}

void Teams::plan_end(std::size_t team) {
  const Team& self = scene_.world.teams[team];
  State& state = states_[team];
  if (!self.target_samples || !state.training) return;
  double rate = 0;
  double left = *self.target_samples;
  Instant begins = scene_.now;
  for (const Member& member : self.members) {
    runs_.sync(member.job);
    const Run& run = runs_.at(member.job);
    left -= run.progress.done();
    if (run.phase != Run::Phase::running || run.training == none) continue;
    rate += run.progress.rate();
    begins = std::max(begins, scene_.history.allocations[run.allocation].computing);
  }
  if (rate <= 0) return;
  const Instant ends = begins + Seconds(std::max(0.0, left) / rate);
  const std::size_t lead = self.members.front().job;
  if (runs_.event_id(lead) == state.planned && ends == state.ends) return;
  state.planned = runs_.event_id(lead);
  state.ends = ends;
  scene_.timeline->add({ends, Kind::job_end, state.planned});
}

bool Teams::done(std::size_t team) {
  double sum = 0;
  for (const Member& member : scene_.world.teams[team].members) {
    runs_.sync(member.job);
    sum += runs_.at(member.job).progress.done();
  }
  states_[team].planned = -1;
  return sum >= *scene_.world.teams[team].target_samples * (1 - rounding);
}

}  // namespace trainyard::fleet
