// The waist of the simulator: a training step as instructions and flows. Everything above the
// engine is lowered to this; the engine plays it and knows nothing of AI.
//
// A *role* is what many ranks do: bodies of instructions, called one after the other. A *lane* is a
// queue of transfers out of a rank: from the host, to another stage, or a part of an exchange. An
// *exchange* is done by a group of ranks together, in the phases of its *pattern*. A *channel* is
// what exchanges queue up on: each rank belongs to at most one group of a channel, and a group does
// the exchanges of a channel in the order offered.
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
  gemm,
  attention,
  memory_bound,
  measured,          // operators whose time is given
  host_wait,         // for the host to start kernels
  interference,      // computing slowed by collectives that run beside it
  recompute,         // forward passes done again in backward
  tensor_exchange,   // waiting for tensor-parallel collectives
  context_exchange,  // for keys, values and heads of other parts of the sequence
  expert_exchange,   // for tokens on the way to and from experts
  memory_stream,     // for memory outside the accelerator
  pipeline_wait,     // for another stage: the bubble and exposed transfers
  input_wait,        // for input data
  parameter_wait,    // for parameters gathered from other ranks
  gradient_wait,     // for the gradient exchange, where backward does not hide it
  optimizer,
  finished,  // done, while others still work
};
inline constexpr std::array<std::string_view, 17> activity_names{
    "gemm",          "attention",     "memory_bound",    "measured",         "host_wait",
    "interference",  "recompute",     "tensor_exchange", "context_exchange", "expert_exchange",
    "memory_stream", "pipeline_wait", "input_wait",      "parameter_wait",   "gradient_wait",
    "optimizer",     "finished"};
inline constexpr std::size_t activities = activity_names.size();

enum class Verb : std::uint8_t {
  compute,   // busy for `amount` seconds
  send,      // queue `amount` bytes on lane `index` and go on
  receive,   // wait for the next arrival from lane `index`
  settle,    // wait until all that was sent on lane `index` has arrived (blocking, rendezvous)
  exchange,  // offer `amount` bytes to the rank's group, to be done by pattern `index`, and go on
  join,      // wait until at most `amount` exchanges offered on channel `index` are not done
  note,      // remember when: what, `index` says
};

// Lanes that every rank has; a chunk is a piece of the model that a stage holds.
namespace lane {
inline constexpr std::int32_t input = 0;  // host to this rank
// Activations of chunk c to the next piece, gradients to the previous one.
constexpr std::int32_t forward(std::int64_t chunk) {
  return static_cast<std::int32_t>(1 + 2 * chunk);
}
constexpr std::int32_t backward(std::int64_t chunk) {
  return static_cast<std::int32_t>(2 + 2 * chunk);
}
// Lanes from here on belong to exchanges.
constexpr std::int32_t first_exchange(std::int64_t chunks) {
  return static_cast<std::int32_t>(1 + 2 * chunks);
}
}  // namespace lane

struct Instruction {
  double amount = 0;       // seconds, bytes or a count, by verb
  std::int32_t index = 0;  // lane, pattern or channel, by verb
  std::int32_t label = 0;  // in Program::labels: what it is, for timelines
  Verb verb = Verb::compute;
  Activity activity = Activity::gemm;  // what its time counts as
};

struct Body {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  std::int32_t label = 0;  // in Program::labels
};

struct Role {
  std::string name;
  std::vector<Instruction> instructions;
  std::vector<Body> bodies;
  std::vector<std::int32_t> calls;          // bodies in the order done
  std::vector<std::int32_t> micro_batches;  // of each call, -1 where there is none; for timelines
};

// Whether roles have notes of when each layer's gradients are made, the last time in a step. A
// layer is 0 for the entry, then blocks, then the exit.
enum class Notes : std::uint8_t { off, gradients };
inline constexpr std::int32_t all_gradients = -1;  // of the rank, summed, before the optimizer

// A part of a phase: every member of the group that has the lane sends on it.
struct Part {
  std::int32_t lane = 0;
  double share = 0;     // what a member sends, in buffers
  double messages = 1;  // one after the other, each pays the flow's latency
  double own = 0;       // what Flow::own_piece is taken of, in buffers
  double once = 1;      // of Flow::overhead, which a member pays once in a phase
};

struct Pattern {
  std::int32_t channel = 0;
  std::vector<std::vector<Part>> phases;  // one after the other; none: a closed form
  Seconds fixed;                          // closed form: fixed + per_byte x bytes
  double per_byte = 0;
  Seconds setup;  // before the first phase
  // Whether a phase's parts wait for their messages one after the other, not side by side.
  bool in_turn = false;
};

// One transfer between two ranks, or into one: the links it crosses and what every message costs.
struct Flow {
  std::int32_t src = 0;  // rank that owns the lane
  std::int32_t dst = 0;  // rank that receives
  std::int32_t first_link = 0;
  std::int32_t end_link = 0;  // range in Program::path
  double weight = 1;          // of each crossing: a flow to n ranks crosses n paths with 1/n each
  double leaving = 0;         // share of its bytes that leaves the node
  Seconds latency;            // of a message
  // Of a long haul: the lane is free for the next buffered transfer before one has arrived.
  Seconds propagation;
  Bytes overhead;        // on the wire besides a message, at most as much as it carries
  double own_piece = 0;  // on the wire besides, over Part::own
};

// A rank that a transfer between stages reaches besides Flow::dst.
struct Listener {
  std::int32_t lane = 0;
  std::int32_t flow = 0;
  std::int32_t rank = 0;
};

// Absent flow, absent group.
inline constexpr std::int32_t none = -1;

// Whether a transfer to another stage waits for its receiver.
enum class Sending : std::uint8_t {
  buffered,    // it starts when sent
  blocking,    // the same; its sender waits until it has arrived
  rendezvous,  // it starts once its receiver waits for it
};

// A link that some flow crosses.
struct Link {
  LinkId id;  // in the cluster
  double bandwidth = 0;
  double copies = 1;      // how many like links it stands for
  bool end = false;       // begins or ends some route
  std::int32_t kind = 0;  // what reports tell apart
};

// All ranks of a step, or one of every `copies` ranks that symmetry shows to be alike
// (symmetry.hpp).
struct Program {
  std::vector<std::string> labels;
  std::vector<Role> roles;
  std::vector<std::int64_t> rank;                // [ranks]: number in the plan
  std::vector<std::int32_t> role;                // [ranks]
  std::vector<double> slowness;                  // [ranks]: factor on the time of computing
  std::vector<std::vector<std::int32_t>> lanes;  // [lanes][ranks]: index into flows, or none
  std::int32_t first_exchange_lane = 1;
  std::vector<Flow> flows;
  std::vector<Listener> listeners;
  std::vector<std::int32_t> path;  // links of all flows, one after the other: index into links
  std::vector<Link> links;
  std::vector<std::vector<std::int32_t>> groups;  // [channels][ranks]: group, or none
  std::vector<Pattern> patterns;
  Sending sending = Sending::buffered;
  double copies = 1;

  [[nodiscard]] std::size_t ranks() const { return role.size(); }
};

}  // namespace trainyard::program
