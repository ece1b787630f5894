#include "collective/hierarchical_tree.hpp"

#include <optional>

#include "collective/double_binary_tree.hpp"
#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// The members of one place: one on each node, so that their own numbers tell the nodes apart.
Group of_one_place(const Grid& nodes) {
  return {.node_of = nodes.columns.front()};
}

// What the members of one place send, sent by those of every place.
Transfer at_every_place(const Transfer& one, const Grid& nodes) {
  const auto places = static_cast<double>(nodes.columns.size());
  const auto members = static_cast<std::int64_t>(nodes.rows.size() * nodes.columns.size());
  Transfer all = idle(members, one.share / places, one.messages);
  for (const Chain& column : nodes.columns) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (one.to[i] == nobody) continue;
      all.to[static_cast<std::size_t>(column[i])] = column[static_cast<std::size_t>(one.to[i])];
    }
  }
  return all;
}

// `pieces`: of one place. Those of place x follow those of the places before it.
Round at_every_place(const Round& one, const Grid& nodes, std::int64_t pieces) {
  Round all;
  std::int64_t first = 0;
  for (const Chain& column : nodes.columns) {
    for (const Message& message : one) {
      all.push_back({column[static_cast<std::size_t>(message.src)],
                     column[static_cast<std::size_t>(message.dst)], message.pieces});
      for (std::int64_t& piece : all.back().pieces) piece += first;
    }
    first += pieces;
  }
  return all;
}

Parts pieces_of_places(const Grid& nodes, std::int64_t pieces) {
  Parts parts(nodes.rows.size() * nodes.columns.size());
  std::int64_t next = 0;
  for (const Chain& column : nodes.columns) {
    std::vector<std::int64_t> part;
    for (std::int64_t i = 0; i < pieces; ++i) part.push_back(next++);
    for (const std::int64_t member : column) parts[static_cast<std::size_t>(member)] = part;
  }
  return parts;
}

}  // namespace

std::vector<Phase> hierarchical_tree_phases(Operation operation, const Group& group) {
  const std::optional<Grid> nodes = grid_of_nodes(group);
  if (!nodes || operation != Operation::all_reduce) return {};
  const auto g = static_cast<double>(nodes->columns.size());
  const Phase inside{{around(nodes->rows, (g - 1) / g, g - 1)}};
  std::vector<Phase> phases{inside};
  for (const Phase& tree : double_binary_tree_phases(operation, of_one_place(*nodes))) {
    Phase& across = phases.emplace_back();
    for (const Transfer& one : tree.transfers) {
      across.transfers.push_back(at_every_place(one, *nodes));
    }
  }
  phases.push_back(inside);
  return phases;
}

Rounds hierarchical_tree_rounds(Operation operation, const Group& group) {
  const std::optional<Grid> nodes = grid_of_nodes(group);
  if (!nodes || operation != Operation::all_reduce) return {};
  const Rounds trees = double_binary_tree_rounds(operation, of_one_place(*nodes));
  const Parts parts = pieces_of_places(*nodes, trees.pieces);
  Rounds all{.pieces = trees.pieces * static_cast<std::int64_t>(nodes->columns.size())};
  ring_reduce_scatter(nodes->rows, parts, all.rounds);
  all.first_copy = all.rounds.size() + trees.first_copy;
  for (const Round& one : trees.rounds) {
    all.rounds.push_back(at_every_place(one, *nodes, trees.pieces));
  }
  ring_all_gather(nodes->rows, parts, all.rounds);
  return all;
}

}  // namespace trainyard::collective
