// The waist of the simulator: a training step as instructions and flows. Everything above the
// engine is lowered to this; the engine plays it and knows nothing of AI.
//
// A *role* is a list of instructions that many ranks follow. A *lane* is a queue of transfers out
// of a rank: to the next stage, to the previous one, from the host, or one phase of the gradient
// exchange. An *exchange* is done by a group of ranks together, phase by phase.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/units.hpp"

namespace trainyard::program {

// What a rank's time goes to; every second of a step is one of these.
enum class Activity : std::uint8_t {
  forward,
  backward,
  tensor_exchange,  // tensor-parallel collectives
  memory_stream,    // waiting for memory outside the accelerator
  pipeline_wait,    // for another stage: the bubble and exposed transfers
  input_wait,       // for input data
  gradient_wait,    // for the gradient exchange, where backward does not hide it
  optimizer,
  finished,  // done, while others still work
};
inline constexpr std::array<std::string_view, 9> activity_names{
    "forward",    "backward",      "tensor_exchange", "memory_stream", "pipeline_wait",
    "input_wait", "gradient_wait", "optimizer",       "finished"};
inline constexpr std::size_t activities = activity_names.size();

enum class Verb : std::uint8_t {
  compute,   // busy for `amount` seconds
  send,      // queue `amount` bytes on `lane` and go on
  receive,   // wait for the next arrival from `lane`
  exchange,  // offer `amount` bytes to the rank's group and go on
  join,      // wait for all exchanges offered
};

// Lanes of every rank; phase i of an exchange uses lane `first_phase + i`.
namespace lane {
inline constexpr std::int32_t input = 0;     // host to this rank
inline constexpr std::int32_t forward = 1;   // activations to the next stage
inline constexpr std::int32_t backward = 2;  // gradients to the previous stage
inline constexpr std::int32_t first_phase = 3;
}  // namespace lane

struct Instruction {
  Verb verb = Verb::compute;
  Activity activity = Activity::forward;  // what its time counts as
  std::int32_t lane = 0;                  // of send and receive
  double amount = 0;                      // seconds or bytes, by verb
};

struct Role {
  std::string name;
  std::vector<Instruction> instructions;
};

// One transfer between two ranks, or into one: the links it crosses and what every message waits.
struct Flow {
  std::int32_t src = 0;  // rank that owns the lane
  std::int32_t dst = 0;  // rank that receives
  std::int32_t first_link = 0;
  std::int32_t end_link = 0;  // range in Program::path
  Seconds latency;            // of all steps of a message
};

// Absent flow, absent group.
inline constexpr std::int32_t none = -1;

// All ranks of a step, not folded.
struct Program {
  std::vector<Role> roles;
  std::vector<std::int32_t> role;                // [ranks]
  std::vector<std::vector<std::int32_t>> lanes;  // [lanes][ranks]: index into flows, or none
  std::vector<Flow> flows;
  std::vector<LinkId> path;         // links of all flows, one after the other
  std::vector<std::int32_t> group;  // [ranks]: exchange group, or none
  std::vector<double> phase_share;  // [phases]: bytes a member sends, in buffers

  [[nodiscard]] std::size_t ranks() const { return role.size(); }
};

}  // namespace trainyard::program
