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
};

// Over one kind of path; shape [members] each.
struct Loads {
  std::vector<Load> sent;
  std::vector<Load> received;
};

void add(const Transfer& transfer, Load& load) {
  load.share += transfer.share;
  load.messages = std::max(load.messages, transfer.messages);
}

Seconds slowest(std::span<const Load> members, Bytes buffer, const Path& path) {
  Seconds longest;
  for (const Load& load : members) {
    if (load.messages == 0) continue;
    longest =
        std::max(longest, buffer * load.share / path.bandwidth + path.latency * load.messages);
  }
  return longest;
}

Seconds slowest(const Loads& loads, Bytes buffer, const Path& path) {
  return std::max(slowest(loads.sent, buffer, path), slowest(loads.received, buffer, path));
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
      add(transfer, loads.sent[i]);
      add(transfer, loads.received[to]);
    }
  }
  return std::max(slowest(inside, buffer, around.inside), slowest(across, buffer, around.across));
}

}  // namespace

Seconds estimate(std::span<const Phase> phases, const Group& group, Bytes buffer,
                 const Surroundings& around) {
  Seconds sum;
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
