// What happened in a fleet, as changes: `measure` turns it into tables. Observers read it; nothing
// here feeds back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "fleet/job.hpp"
#include "step/answer.hpp"

namespace trainyard::fleet {

// Where a chip is, exactly one of these at any moment, in the order of its life.
enum class ChipState : std::uint8_t {
  ordered,     // not yet on its way
  shipping,    // on its way, or between sites
  in_storage,  // arrived, no power for it yet
  installing,  // got a powered place, being installed and tested
  installed,   // installed, but power was withdrawn
  powered,     // ready, no job computes on it
  busy,        // works for a job
  failed,      // waits for repair or maintenance, or is in it
  retired,
};
inline constexpr std::array<std::string_view, 9> chip_state_names{
    "ordered", "shipping", "in_storage", "installing", "installed",
    "powered", "busy",     "failed",     "retired"};
inline constexpr std::size_t chip_states = chip_state_names.size();

// Chips of one kind and one owner at one site, from `time` on. In accelerators.
struct ChipChange {
  Instant time;
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  std::array<std::int64_t, chip_states> chips{};
};

// Power of a site from `time` on, all facility power.
struct PowerChange {
  Instant time;
  std::size_t site = 0;
  Watts limit;    // of power and cooling, the smaller; infinite where there is none
  Watts planned;  // counted under the limit
  Watts drawn;
  double clock = 1;  // of all chips there, of the usual one
};

enum class Ending : std::uint8_t {
  finished,
  horizon,
  resized,
  clock,
  power,
  failure,
  maintenance,
  preempted,
  moved,
};
inline constexpr std::array<std::string_view, 9> ending_names{"finished",    "horizon",   "resized",
                                                              "clock",       "power",     "failure",
                                                              "maintenance", "preempted", "moved"};

// Accelerators of one owner.
struct OwnedChips {
  std::size_t owner = 0;
  std::int64_t chips = 0;
};

// A job on a fixed set of chips at a fixed rate, from `start` to `end`, which splits into: waiting
// for data and starting up until `computing`, then productive time, pauses for checkpoints, and, at
// the end, time in which a failure had not been noticed.
struct Allocation {
  std::size_t job = 0;
  std::size_t option = 0;  // of the job
  Instant start;
  Instant computing;
  Instant end;
  std::int64_t nodes = 0;           // of the gang
  std::int64_t chips = 0;           // given, spares left out
  std::int64_t left_over = 0;       // of these, not usable by the plan
  std::int64_t spares = 0;          // chips kept beside
  std::vector<OwnedChips> working;  // those that compute, by their owner
  std::size_t answer = none;        // index into History::answers; none: a job of known duration
  double clock = 1;
  Seconds productive;
  Seconds pauses;          // for checkpoints
  Seconds lost;            // of the productive time, redone later
  Seconds unnoticed;       // from a failure to somebody acting
  double checkpoints = 0;  // that it completed
  Ending ending = Ending::horizon;
  std::size_t cause = none;  // of World::failures, where it ended by a failure
};

struct JobResult {
  Instant submitted;  // could have started: its date, and its predecessors' ends
  std::optional<Instant> started;
  std::optional<Instant> finished;
  double samples = 0;       // done and kept; seconds, for jobs of known duration
  double lost_samples = 0;  // done and lost, since the last checkpoint before its chips were lost
  Seconds queued;           // all its waiting for chips
  std::int64_t interruptions = 0;  // by failures
  std::int64_t preemptions = 0;
};

// One event of a cause. Interrupts a job or not.
struct Breakdown {
  Instant time;
  std::size_t cause = 0;
  std::size_t site = 0;
  std::size_t node = 0;  // kind
  std::size_t job = none;
  std::int64_t nodes = 0;  // that it took
};

// Bytes between sites, or a job's checkpoint reads and writes.
struct Transfer {
  enum class Kind : std::uint8_t { data, carried, replica } kind = Kind::data;
  std::size_t job = none;
  std::size_t from = 0;
  std::size_t to = 0;
  Bytes size;
  Instant start;
  Instant end;
  bool complete = false;
};
inline constexpr std::array<std::string_view, 3> transfer_names{"data", "carried", "replica"};

// Bytes a second over a link, each way together, and whether it is up, from `time` on.
struct LinkChange {
  Instant time;
  std::size_t link = 0;
  BytesPerSecond used;
  bool up = true;
};

// Checkpoint writes of all running jobs at a site's store, from `time` on.
struct StoreChange {
  Instant time;
  std::size_t site = 0;
  BytesPerSecond written;
  double load = 0;  // share of its time that it is busy
};

struct StepUse {
  std::size_t job = 0;
  std::size_t option = 0;
  std::int64_t nodes = 0;
  double clock = 1;
  double slowest = 1;  // speed of the slowest node
  step::Answer answer;
};

struct History {
  std::vector<ChipChange> chips;
  std::vector<PowerChange> power;
  std::vector<Allocation> allocations;
  std::vector<JobResult> jobs;  // [jobs]
  std::vector<StepUse> answers;
  std::vector<Breakdown> breakdowns;
  std::vector<Transfer> transfers;
  std::vector<LinkChange> links;
  std::vector<StoreChange> stores;
};

}  // namespace trainyard::fleet
