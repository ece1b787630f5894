#include "collective/rail_rings.hpp"

#include <utility>

#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Ring r goes from place r on around every node, and on to place r of the next.
Chain ring(const Chains& nodes, std::size_t r) {
  const std::size_t places = nodes.front().size();
  Chain chain;
  for (const Chain& node : nodes) {
    for (std::size_t step = 0; step < places; ++step) chain.push_back(node[(r + step) % places]);
  }
  return chain;
}

Chains rings(const Chains& nodes) {
  Chains all;
  for (std::size_t r = 0; r < nodes.front().size(); ++r) all.push_back(ring(nodes, r));
  return all;
}

// The ring that leaves a node from a place enters the next at the place after.
Transfer to_next_node(const Chains& nodes, double share, double messages) {
  const std::size_t places = nodes.front().size();
  Transfer transfer = idle(static_cast<std::int64_t>(nodes.size() * places), share, messages);
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    const Chain& next = nodes[(node + 1) % nodes.size()];
    for (std::size_t place = 0; place < places; ++place) {
      transfer.to[static_cast<std::size_t>(nodes[node][place])] = next[(place + 1) % places];
    }
  }
  return transfer;
}

}  // namespace

std::vector<Phase> rail_rings_phases(Operation operation, const Group& group) {
  const std::optional<Grid> places = grid_of_nodes(group);
  const double times = halves(operation);
  if (!places || times == 0) return {};
  const auto g = static_cast<double>(places->columns.size());
  const auto k = static_cast<double>(places->rows.size());
  const double sent = times * (g * k - 1) / (g * k);
  return {{.transfers = {around(places->rows, sent * (g - 1) / g, times * k * (g - 1)),
                         to_next_node(places->rows, sent / g, times * (k - 1))},
           .waits = Waits::in_turn}};
}

Rounds rail_rings_rounds(Operation operation, const Group& group) {
  const std::optional<Grid> places = grid_of_nodes(group);
  if (!places || halves(operation) == 0) return {};
  const Chains all = rings(places->rows);
  const auto each = static_cast<std::int64_t>(all.size());
  Rounds together{.pieces = group.members() * each};
  for (std::int64_t r = 0; r < each; ++r) {
    Parts parts;
    for (std::int64_t i = 0; i < group.members(); ++i) parts.push_back({i * each + r});
    std::vector<Round> rounds;
    const Chains one{all[static_cast<std::size_t>(r)]};
    if (reduces(operation)) ring_reduce_scatter(one, parts, rounds);
    together.first_copy = rounds.size();
    if (gathers(operation)) ring_all_gather(one, parts, rounds);
    together.rounds.resize(rounds.size());
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      Round& round = together.rounds[i];
      round.insert(round.end(), rounds[i].begin(), rounds[i].end());
    }
  }
  return together;
}

}  // namespace trainyard::collective
