#include <algorithm>

#include "base/check.hpp"
#include "collective/collective.hpp"

namespace trainyard::collective {
namespace {

// Equal estimates differ by rounding, and that must not choose.
constexpr double clearly = 1 - 1e-12;

// What one member sends or receives over one kind of path in a phase.
struct Load {
  double share = 0;
  double messages = 0;
  double own = 0;   // buffers
  double once = 0;  // of what is paid once in a phase
};

// Over one kind of path; shape [members] each.
struct Loads {
  std::vector<Load> sent;
  std::vector<Load> received;
};

void add(const Phase& phase, const Transfer& transfer, Load& load) {
  load.share += transfer.share;
  if (phase.waits == Waits::together) load.messages = std::max(load.messages, transfer.messages);
  load.own += own_share(phase, transfer);
  load.once += once(phase);
}

Seconds duration(const Load& load, Bytes buffer, const Path& path) {
  const Bytes sent = buffer * load.share;
  const Bytes besides =
      std::min(sent, path.message_overhead * load.once) + buffer * (load.own * path.own_piece);
  return (sent + besides) / path.bandwidth + path.latency * load.messages;
}

Seconds slowest(std::span<const Load> members, Bytes buffer, const Path& path) {
  Seconds longest;
  for (const Load& load : members) longest = std::max(longest, duration(load, buffer, path));
  return longest;
}

Seconds slowest(const Loads& loads, Bytes buffer, const Path& path) {
  return std::max(slowest(loads.sent, buffer, path), slowest(loads.received, buffer, path));
}

// Of transfers that a piece passes one after the other: the longest way of each.
Seconds in_turn(const Phase& phase, const Group& group, const Surroundings& around) {
  Seconds sum;
  for (const Transfer& transfer : phase.transfers) {
    Seconds longest;
    for (std::size_t i = 0; i < transfer.to.size(); ++i) {
      if (transfer.to[i] == nobody) continue;
      const bool inside =
          group.node_of[i] == group.node_of[static_cast<std::size_t>(transfer.to[i])];
      longest = std::max(longest, (inside ? around.inside : around.across).latency);
    }
    sum += longest * transfer.messages;
  }
  return sum;
}

Seconds estimate(const Phase& phase, const Group& group, Bytes buffer, const Surroundings& around) {
  const std::vector<Load> none(group.node_of.size());
  Loads inside{none, none};
  Loads across{none, none};
  for (const Transfer& transfer : phase.transfers) {
    for (std::size_t i = 0; i < transfer.to.size(); ++i) {
      if (transfer.to[i] == nobody) continue;
      const auto to = static_cast<std::size_t>(transfer.to[i]);
      Loads& loads = group.node_of[i] == group.node_of[to] ? inside : across;
      add(phase, transfer, loads.sent[i]);
      add(phase, transfer, loads.received[to]);
    }
  }
  const Seconds waits = phase.waits == Waits::in_turn ? in_turn(phase, group, around) : Seconds(0);
  return waits +
         std::max(slowest(inside, buffer, around.inside), slowest(across, buffer, around.across));
}

}  // namespace

double once(const Phase& phase) {
  return 1 / static_cast<double>(phase.transfers.size());
}

double own_share(const Phase& phase, const Transfer& transfer) {
  return transfer.share / transfer.messages * once(phase);
}

Seconds estimate(std::span<const Phase> phases, const Group& group, Bytes buffer,
                 const Surroundings& around) {
  Seconds sum = phases.empty() ? Seconds(0) : around.setup;
  for (const Phase& phase : phases) sum += estimate(phase, group, buffer, around);
  return sum;
}

const AlgorithmRow& fastest(Operation operation, const Group& group, Bytes buffer,
                            const Surroundings& around) {
  EXPECT(group.members() >= 2);
  const AlgorithmRow* best = nullptr;
  Seconds shortest;
  for (const AlgorithmRow& row : algorithms()) {
    if (!row.automatic || (row.everyone && operation != Operation::all_to_all)) continue;
    const std::vector<Phase> phases = row.phases(operation, group);
    if (phases.empty()) continue;
    const Seconds duration = estimate(phases, group, buffer / row.tuned, around);
    if (best != nullptr && duration > shortest * clearly) continue;
    best = &row;
    shortest = duration;
  }
  ENSURE(best != nullptr);
  return *best;
}

}  // namespace trainyard::collective
