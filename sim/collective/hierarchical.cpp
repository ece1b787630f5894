#include "collective/hierarchical.hpp"

#include <optional>
#include <utility>

#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// On every chain each member sends to all others, the same to each.
Phase to_all_others(const Chains& chains) {
  const std::size_t length = chains.front().size();
  Phase phase;
  for (std::size_t by = 1; by < length; ++by) {
    Transfer transfer =
        idle(static_cast<std::int64_t>(chains.size() * length), 1 / static_cast<double>(length), 1);
    for (const Chain& chain : chains) {
      for (std::size_t place = 0; place < length; ++place) {
        transfer.to[static_cast<std::size_t>(chain[place])] = chain[(place + by) % length];
      }
    }
    phase.transfers.push_back(std::move(transfer));
  }
  return phase;
}

// What a node's member has for the place of another: pieces to that place of every node.
Round collect(const Grid& nodes, std::int64_t members) {
  Round round;
  for (const Chain& node : nodes.rows) {
    for (const std::int64_t src : node) {
      for (std::size_t place = 0; place < node.size(); ++place) {
        if (node[place] == src) continue;
        Message& message = round.emplace_back(Message{src, node[place], {}});
        for (const std::int64_t dst : nodes.columns[place]) {
          message.pieces.push_back(src * members + dst);
        }
      }
    }
  }
  return round;
}

// What the members of a node have for one member elsewhere goes there from its own place.
Round deliver(const Grid& nodes, std::int64_t members) {
  Round round;
  for (const Chain& node : nodes.rows) {
    for (std::size_t place = 0; place < node.size(); ++place) {
      for (const std::int64_t dst : nodes.columns[place]) {
        if (dst == node[place]) continue;
        Message& message = round.emplace_back(Message{node[place], dst, {}});
        for (const std::int64_t src : node) message.pieces.push_back(src * members + dst);
      }
    }
  }
  return round;
}

}  // namespace

std::vector<Phase> hierarchical_phases(Operation operation, const Group& group) {
  const std::optional<Grid> places = grid_of_nodes(group);
  if (!places) return {};
  if (operation == Operation::all_to_all) {
    return {to_all_others(places->rows), to_all_others(places->columns)};
  }
  return grid_phases(operation, *places);
}

Rounds hierarchical_rounds(Operation operation, const Group& group) {
  const std::optional<Grid> places = grid_of_nodes(group);
  if (!places) return {};
  const std::int64_t members = group.members();
  if (operation == Operation::all_to_all) {
    return {.pieces = members * members,
            .rounds = {collect(*places, members), deliver(*places, members)}};
  }
  return grid_rounds(operation, *places, ring_reduce_scatter, ring_all_gather);
}

}  // namespace trainyard::collective
