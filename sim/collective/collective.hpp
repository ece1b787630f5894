// How a group of ranks exchanges a buffer: phases, each of transfers that run side by side. A
// transfer is played as one flow for each member that sends, carrying what the member sends in all
// its messages; the latency of every message is paid. Members: one file pair each and a row in
// catalog.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace trainyard::collective {

// The *buffer* is what a member holds before (all_reduce, reduce_scatter, all_to_all) or after
// (all_gather, broadcast) the exchange.
enum class Operation { all_reduce, reduce_scatter, all_gather, all_to_all, broadcast };

inline constexpr std::int64_t nobody = -1;

// Every member sends to at most one other.
struct Transfer {
  std::vector<std::int64_t> to;  // member i sends to member to[i], or to nobody; shape [members]
  double share = 0;              // what each sender sends, in buffers, all messages together
  double messages = 1;           // one after the other
};

// How the latencies of a phase's transfers count: all at once, or one after the other where pieces
// pass through all of them in turn.
enum class Waits { together, in_turn };

// Transfers that start together; the next phase starts when all have arrived. What a member pays
// once in a phase (Path) its transfers share evenly.
struct Phase {
  std::vector<Transfer> transfers;
  Waits waits = Waits::together;
};

// Who exchanges. The order of members is the ring's order.
struct Group {
  std::span<const std::int64_t> node_of;  // where each member stands; shape [members]
  std::int64_t columns = 0;  // of a mesh or torus of members, row by row; 0: as square as possible
  // Bytes to or from a switch that sums, over bytes between members in the same time; 0: none does.
  double switch_cost = 0;

  [[nodiscard]] std::int64_t members() const { return static_cast<std::int64_t>(node_of.size()); }
};

// One message of the exchange in full: `src` sends these pieces of the buffer to `dst`. All
// messages of a round leave before any of them arrives.
struct Message {
  std::int64_t src = 0;
  std::int64_t dst = 0;
  std::vector<std::int64_t> pieces;
};
using Round = std::vector<Message>;

// The exchange in full, for the laws that tests check and for playing every message. `pieces`: into
// how many equal pieces the buffer is cut; for all_to_all, reduce_scatter and all_gather it is a
// multiple of the members, and member i's part is the i-th of `members` equal runs of pieces.
// all_reduce and reduce_scatter add what arrives to what is held, in the rounds before
// `first_copy`; later rounds overwrite. (all_gather, broadcast, all_to_all: first_copy is 0.)
// For all_to_all a piece is numbered src x members + dst.
struct Rounds {
  std::int64_t pieces = 1;
  std::size_t first_copy = 0;
  std::vector<Round> rounds;
};

struct AlgorithmRow {
  std::string_view name;
  std::string_view summary;
  // Empty where the algorithm does not do the operation or does not fit the group. Groups have at
  // least two members.
  std::vector<Phase> (*phases)(Operation operation, const Group& group);
  // As `phases`, message by message.
  Rounds (*rounds)(Operation operation, const Group& group);
  // Whether the phases know no first node: where members stand node by node, equally many on each,
  // moving every member on by as many places as some whole nodes have maps every transfer to
  // itself. Not so of broadcast, which starts at one member.
  bool rotates = false;
  // Whether a member sends to every other at once, n (n - 1) flows in a phase.
  bool everyone = false;
  // Whether "auto" considers it: what NCCL chooses from. And what part of its bandwidth it is taken
  // to reach there: NCCL's tuner gives trees 92 % of a ring's.
  bool automatic = false;
  double tuned = 1;
};

std::span<const AlgorithmRow> algorithms();

// A transfer's part of what its sender pays once in the phase.
double once(const Phase& phase);
// The same part of the piece, in buffers, that each of its messages carries: the size of the
// sender's own piece.
double own_share(const Phase& phase, const Transfer& transfer);

// A link or path as seen by an estimate: what a member can send and receive, each, at once, and
// what a message waits. The rest is as in hardware::ScaleUp.
struct Path {
  BytesPerSecond bandwidth;
  Seconds latency;
  Bytes message_overhead;
  double own_piece = 0;
};

// Between members of one node and of different nodes, every member for itself.
struct Surroundings {
  Path inside;
  Path across;
  Seconds setup;  // of every exchange
};

// Closed form of one exchange where nothing else uses the links: the setup and the sum over phases
// of the slowest member's bytes, with what they cost besides, over its bandwidth and its messages'
// latencies. A member's transfers of one phase
// share its bandwidth and wait side by side; sent and received, inside and across counted apart, of
// which the longest counts: links are full duplex. Flows that meet on the way are not seen: too
// short on meshes and blocking fabrics. Where some of a ring's hops are slower than others, every
// message is taken to wait for the slowest: too long by that.
Seconds estimate(std::span<const Phase> phases, const Group& group, Bytes buffer,
                 const Surroundings& around);

// The fastest automatic row by `estimate` that fits, the first of equals; one that always fits is
// in the catalog. Rows in which everyone sends to everyone stand for all_to_all only: for the other
// operations an estimate would always prefer them, as it sees neither crowding nor the cost of many
// small messages. This is what "auto" means. Groups have at least two members.
const AlgorithmRow& fastest(Operation operation, const Group& group, Bytes buffer,
                            const Surroundings& around);

}  // namespace trainyard::collective
