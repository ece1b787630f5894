// The runs of jobs: the chips they hold, how far they are, what they lose. Starts and stops them
// when told, and knows nothing of why.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "fleet/answers.hpp"
#include "fleet/progress.hpp"
#include "fleet/scene.hpp"
#include "fleet/storage.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::fleet {

// Nodes of a pool that a job holds.
struct Held {
  std::size_t pool = 0;
  scheduling::Piece piece;
};

struct Run {
  // `hung`: a failure stopped it, and nobody has noticed.
  enum class Phase : std::uint8_t { absent, waiting, running, hung, over };

  scheduling::Candidate candidate;
  std::vector<scheduling::Choice> choices;  // all of the job's
  std::vector<scheduling::Choice> open;     // where its data are; the candidate's from its turn on
  Phase phase = Phase::absent;
  std::int64_t version = 0;  // events of older versions are void
  Instant waiting_since;

  // While it holds chips:
  scheduling::Choice choice;
  std::size_t option = 0;
  std::vector<Held> gang;
  std::vector<Held> spares;
  std::vector<Held> broken;           // of the gang, hit by the failure that hangs it
  std::vector<std::int64_t> working;  // accelerators that compute, of each of `gang`
  std::size_t allocation = none;
  std::size_t running = none;  // index into Runs::running()
  Writing writing;
  double slowest = 1;           // speed of its slowest node
  std::size_t training = none;  // of a member of a team: its answer; none: it waits for others
  Instant advanced;             // `progress` is up to date to here
  Instant hung_since;
  double spoiled = 0;  // work found worthless while it hangs
  bool growth_planned = false;

  Progress progress{0, 0, {}};  // in the job's unit of work
};

class Runs {
 public:
  explicit Runs(Scene& scene);

  [[nodiscard]] Run& at(std::size_t job) { return runs_[job]; }
  [[nodiscard]] const Run& at(std::size_t job) const { return runs_[job]; }
  [[nodiscard]] std::span<const scheduling::Running> running() const { return running_; }
  [[nodiscard]] Answers& answers() { return answers_; }

  // A group is the chips of a kind at a site that belong to some owners: jobs that may use chips of
  // other owners compete in groups of their own, which share pools.
  [[nodiscard]] std::size_t groups() const { return groups_.size(); }

  // All ways in which the job may run, the preferred first; empty where no chips ever hold it.
  std::vector<scheduling::Choice> choices(std::size_t job);
  [[nodiscard]] std::size_t site_of(const scheduling::Choice& choice) const {
    return groups_[choice.group].site;
  }
  // Fills in how long the job's candidate says it takes, and its work.
  void describe(std::size_t job);

  [[nodiscard]] bool fits(std::size_t job, const scheduling::Choice& choice);
  // Whether it would if these jobs gave back what they hold.
  [[nodiscard]] bool fits_without(std::size_t job, const scheduling::Choice& choice,
                                  std::span<const std::size_t> jobs);
  // False, and nothing happens, where it does not fit.
  bool start(std::size_t job, const scheduling::Choice& choice);
  // Gives its chips back and falls back to what is saved; at a checkpoint nothing is lost. Broken
  // nodes are given back, too: take them right after.
  void stop(std::size_t job, Ending ending, std::size_t cause = none);
  // At its checkpoint: the same job again, on all that it can get.
  void grow(std::size_t job);
  void finish(std::size_t job);
  void end_of_horizon();
  // Trains no more until it is stopped or recovers.
  void hang(std::size_t job);
  // Ends a failure: what is lost is lost, nodes that `broken` names are replaced by spares or idle
  // ones, and it starts again. False where there are not enough: then it has been stopped.
  bool recover(std::size_t job, Ending ending, std::size_t cause);
  // Does not lose anything at the next stop or recovery.
  void save(std::size_t job);
  // What was done after `sound` units of work is worth nothing.
  void spoil(std::size_t job, double sound, std::size_t cause);
  // New allocations at new rates, without a restart: the site's clock, the job's slowest node.
  void new_clock(std::size_t site);
  void slow(std::size_t job, double slowest);
  // A member of a team goes on with this answer, or waits with what is saved (none).
  void train(std::size_t job, std::size_t answer);
  // A job that waits and will never run again.
  void withdraw(std::size_t job);
  // Takes idle nodes for spares that are missing.
  void top_up_spares();

  // Stops the least important jobs until so many nodes of the pool are idle, or no job is left
  // there.
  void make_room(std::size_t pool, std::int64_t nodes, Ending ending);
  // The jobs whose gangs hold the node. And whether it is a spare, which is then no longer.
  [[nodiscard]] std::vector<std::size_t> holders(std::size_t pool, std::int64_t number) const;
  bool take_spare(std::size_t pool, std::int64_t number);

  // Jobs that were stopped since the last call, other than by `finish`: they wait again.
  std::vector<std::size_t> take_stopped() { return std::exchange(stopped_, {}); }
  [[nodiscard]] bool take_freed() { return std::exchange(freed_, false); }
  struct Use {
    std::size_t job = 0;
    scheduling::Choice choice;
    Seconds time;
  };
  // What jobs have had that stopped or finished since the last call.
  std::vector<Use> take_used() { return std::exchange(used_, {}); }

  void sync(std::size_t job);
  // Accelerators of a group, and those of wholly idle nodes.
  [[nodiscard]] std::int64_t idle(std::size_t group) const;
  [[nodiscard]] std::int64_t ready(std::size_t group) const;
  [[nodiscard]] std::int64_t whole_idle(std::size_t group) const;
  // Mean time between failures that interrupt a job on so many nodes of a kind.
  [[nodiscard]] Seconds between_interruptions(std::size_t node, std::int64_t nodes) const;

  static constexpr std::int64_t versions = std::int64_t{1} << 32;
  [[nodiscard]] std::int64_t event_id(std::size_t job) const {
    return static_cast<std::int64_t>(job) * versions + runs_[job].version;
  }
  [[nodiscard]] bool current(std::int64_t event) const {
    return runs_[static_cast<std::size_t>(event / versions)].version == event % versions;
  }

 private:
  struct Group {
    std::size_t site = 0;
    std::size_t node = 0;
    std::vector<std::size_t> owners;  // ascending
    std::vector<std::size_t> pools;
  };
  std::size_t group_of(const Option& option, std::vector<std::size_t> owners);
  [[nodiscard]] std::int64_t ever(const Group& group) const;
  void add_choices(std::size_t job, std::size_t option, std::vector<scheduling::Choice>& choices);
  void prefer(std::size_t job, std::vector<scheduling::Choice>& choices);
  [[nodiscard]] double dislike(std::size_t job, const scheduling::Choice& choice);
  [[nodiscard]] std::size_t option_of(std::size_t job, const scheduling::Choice& choice) const;
  std::optional<std::vector<Held>> find(std::size_t job, const scheduling::Choice& choice);
  [[nodiscard]] std::optional<std::vector<Held>> gather(std::size_t group,
                                                        std::int64_t accelerators) const;
  void take(std::vector<Held>& list, std::vector<Held> held);
  void give(std::vector<Held>& list);
  enum class Resume : std::uint8_t { anew, at_once };
  void open(std::size_t job, Resume resume);
  [[nodiscard]] Allocation opened(std::size_t job, Resume resume);
  void describe_member(std::size_t job);
  [[nodiscard]] bool waits_for_team(std::size_t job) const;
  void reopen(std::size_t job);
  void note_spares(std::size_t job);
  // Ends the allocation, `lost` units of whose work and of that before are done for nothing.
  void close(std::size_t job, Ending ending, std::size_t cause, double lost = 0);
  void count_lost(std::size_t job, Seconds lost);
  // Gives back all it holds.
  void let_go(std::size_t job, Run::Phase phase);
  void wait_again(std::size_t job);
  void enter_running(std::size_t job);
  void count_working(std::size_t job, std::int64_t ranks);
  void stop_working(std::size_t job);
  bool replace_broken(std::size_t job);
  void leave_running(std::size_t job);
  void plan_end(std::size_t job);
  void share_store(std::size_t site);
  [[nodiscard]] bool uses_store(std::size_t job) const;
  [[nodiscard]] Writer writer(std::size_t job) const;
  void adopt(std::size_t job, const Writing& writing);
  [[nodiscard]] double target(std::size_t job) const;
  [[nodiscard]] double rate_now(std::size_t job);
  [[nodiscard]] double units_to_samples(std::size_t job) const;
  [[nodiscard]] Allocation& allocation(std::size_t job) {
    return scene_.history.allocations[runs_[job].allocation];
  }
  [[nodiscard]] std::size_t site_of(std::size_t job) const;
  [[nodiscard]] std::size_t node_of(std::size_t job) const;

  Scene& scene_;
  Answers answers_;
  scheduling::Place place_;
  std::vector<Run> runs_;
  std::vector<scheduling::Running> running_;
  std::vector<Group> groups_;
  std::vector<std::vector<std::size_t>> writers_;  // by site: jobs that write to its store
  std::vector<std::size_t> stopped_;
  std::vector<std::size_t> short_of_spares_;
  std::vector<Use> used_;
  bool freed_ = true;
};

}  // namespace trainyard::fleet
