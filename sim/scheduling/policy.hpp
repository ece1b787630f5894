// Which waiting job starts next, where, and who makes room for it. A policy sees candidates (jobs
// as it needs to know them) and a floor (the chips, on which it starts and stops them); the fleet
// makes both, and so do tests, on a few numbers. One file pair for each policy, one row in
// catalog.cpp.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace trainyard::scheduling {

// Where a job may run: a group is all chips of one kind at one site, which jobs compete for.
struct Choice {
  std::size_t group = 0;
  std::int64_t accelerators = 0;  // of its gang; the smallest that is of use where it is open
  bool open = false;              // takes all it can get, and grows
  // Work a second there, in the job's own unit; 0: nobody asked. Policies whose row says
  // `needs_rates` get them all.
  double rate = 0;
  friend bool operator==(const Choice&, const Choice&) = default;
};

// For policies that compare rates: one that nobody asked for counts 1.
inline double speed(const Choice& choice) {
  return choice.rate > 0 ? choice.rate : 1;
}

// A job as a policy sees it. The fleet keeps it in place for as long as the policy lives.
struct Candidate {
  std::size_t job = 0;
  Instant submitted;
  std::int64_t priority = 0;  // larger is more urgent
  std::size_t owner = 0;
  // How long it says it runs, from its start, by its first choice; infinite: it does not say.
  Seconds estimate{std::numeric_limits<double>::infinity()};
  double work = 0;  // left, in the unit of the rates; infinite: runs on
  std::optional<Instant> deadline;
  std::vector<Choice> choices;  // the fleet's preference first; at least one
};

struct Running {
  const Candidate* candidate = nullptr;
  Choice choice;
  Instant started;
  Instant expected_end;  // by its estimate; infinitely far where it gives none
};

// The chips, as far as a policy may look and act.
class Floor {
 public:
  virtual ~Floor() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual std::size_t groups() const = 0;
  // Accelerators of a group that have power and work (idle or not), and of these the idle ones.
  [[nodiscard]] virtual std::int64_t ready(std::size_t group) const = 0;
  [[nodiscard]] virtual std::int64_t idle(std::size_t group) const = 0;
  // What runs, in no order that means anything; valid until the next start or preempt.
  [[nodiscard]] virtual std::span<const Running> running() const = 0;
  // Whether it would start: idle chips are enough, and lie as placement wants them.
  [[nodiscard]] virtual bool fits(const Candidate& candidate, const Choice& choice) const = 0;
  // Whether it would fit if those running jobs stopped; a floor that cannot tell says yes, and a
  // policy that has stopped them may find that it does not.
  [[nodiscard]] virtual bool fits_without(const Candidate& candidate, const Choice& choice,
                                          std::span<const std::size_t> jobs) const {
    static_cast<void>(candidate), static_cast<void>(choice), static_cast<void>(jobs);
    return true;
  }
  // Starts it, or changes nothing and returns false where it does not fit.
  virtual bool start(const Candidate& candidate, const Choice& choice) = 0;
  // Stops a running job, which keeps what it saved; the fleet then calls `arrived` for it.
  virtual void preempt(std::size_t job) = 0;
};

// Jobs wait in it from `arrived` until it starts them.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual void arrived(const Candidate& candidate) = 0;
  // A waiting job will never run (its horizon or its need is over).
  virtual void withdrawn(std::size_t job) = 0;
  // A job has stopped running, for whatever reason; `used` is what it had since it started.
  virtual void stopped(const Candidate& candidate, const Choice& choice, Seconds used) {
    static_cast<void>(candidate), static_cast<void>(choice), static_cast<void>(used);
  }
  // Called when something has changed: a job arrived, chips came free, or `next_look` is there.
  virtual void serve(Floor& floor) = 0;
  // When it wants to look again though nothing changes; none: never.
  [[nodiscard]] virtual std::optional<Instant> next_look() const { return std::nullopt; }
  [[nodiscard]] virtual std::size_t waiting() const = 0;
};

// What a policy may be told; the rounds are those of max_min and max_throughput, the rest
// fair_share's.
struct Settings {
  Seconds round{360};            // between looks of policies that share time
  Seconds half_life{7 * 86400};  // after which use counts half
  std::vector<double> shares;    // of owners, by index; missing ones count 1
};

struct PolicyRow {
  std::string_view name;
  std::string_view summary;
  bool needs_rates = false;
  bool preempts = false;
  std::unique_ptr<Policy> (*make)(const Settings& settings) = nullptr;
  bool needs_estimates = false;  // of how long jobs run
};

std::span<const PolicyRow> policies();

}  // namespace trainyard::scheduling
