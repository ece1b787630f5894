// What happened in a fleet, as changes: `measure` turns it into tables. Observers read it; nothing
// here feeds back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "step/answer.hpp"

namespace trainyard::fleet {

// Where a chip that has arrived is, exactly one of these at any moment.
enum class ChipState : std::uint8_t {
  in_storage,  // no power for it yet
  installing,  // got a powered place, being installed and tested
  installed,   // installed, but power was withdrawn
  powered,     // ready, no job computes on it
  busy,        // works for a job
};
inline constexpr std::array<std::string_view, 5> chip_state_names{"in_storage", "installing",
                                                                  "installed", "powered", "busy"};
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
  Watts limit;    // infinite where there is none
  Watts planned;  // counted under the limit
  Watts drawn;
};

// A job on a fixed set of chips: computes from `computing` to `end` at the answer's rate, spends
// `start` to `computing` starting up.
struct Allocation {
  std::size_t job = 0;
  Instant start;
  Instant computing;
  Instant end;
  std::int64_t nodes = 0;
  std::int64_t chips = 0;      // given
  std::int64_t left_over = 0;  // of these, not usable by the plan
  std::size_t answer = 0;      // index into History::answers
};

struct JobResult {
  std::optional<Instant> started;
  std::optional<Instant> finished;
  double samples = 0;       // done and kept
  double lost_samples = 0;  // done and lost, since the last checkpoint before chips were taken away
};

struct StepUse {
  std::size_t job = 0;
  std::int64_t nodes = 0;
  step::Answer answer;
};

struct History {
  std::vector<ChipChange> chips;
  std::vector<PowerChange> power;
  std::vector<Allocation> allocations;
  std::vector<JobResult> jobs;  // [jobs]
  std::vector<StepUse> answers;
};

}  // namespace trainyard::fleet
