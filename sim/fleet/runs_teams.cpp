// Members of teams: jobs that train at the pace of others.
#include "fleet/runs.hpp"

namespace trainyard::fleet {

// Its part of the team's work, and how long that takes while all train.
void Runs::describe_member(std::size_t job) {
  const Team& team = scene_.world.teams[scene_.world.jobs[job].team];
  if (!team.target_samples) return;
  double rate = 0;
  for (const Member& member : team.members) rate += answers_.rate(member.job, 0, 0);
  scheduling::Candidate& candidate = runs_[job].candidate;
  candidate.work = *team.target_samples * answers_.rate(job, 0, 0) / rate;
  candidate.estimate = Seconds(*team.target_samples / rate);
}

void Runs::train(std::size_t job, std::size_t answer) {
  Run& run = runs_[job];
  if (run.phase != Run::Phase::running) {
    run.training = none;
    return;
  }
  if (run.training == answer) return;
  sync(job);
  const bool began = run.training == none;
  // Who has to wait gives up what is not saved: the others that it trained with lost theirs.
  const double lost = answer == none ? run.progress.fall_back() : 0;
  const bool empty = allocation(job).start == scene_.now;
  if (empty) {
    stop_working(job);
    // Opened in this moment, before it was known who else does.
    const std::size_t same = run.allocation;
    run.training = answer;
    open(job, Resume::anew);
    scene_.history.allocations[same] = scene_.history.allocations.back();
    scene_.history.allocations.pop_back();
    run.allocation = same;
    return;
  }
  close(job, began || answer == none ? Ending::resized : Ending::clock, none, lost);
  run.training = answer;
  open(job, began || answer == none ? Resume::anew : Resume::at_once);
}

void Runs::withdraw(std::size_t job) {
  Run& run = runs_[job];
  if (run.phase == Run::Phase::waiting) {
    scene_.history.jobs[job].queued += scene_.now - run.waiting_since;
  }
  ++run.version;
  run.phase = Run::Phase::over;
  scene_.history.jobs[job].finished = scene_.now;
}

}  // namespace trainyard::fleet
