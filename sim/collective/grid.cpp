#include "collective/grid.hpp"

#include <map>
#include <utility>

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Of the divisors that multiply to `members`, the larger of the nearest two.
std::int64_t square_columns(std::int64_t members) {
  std::int64_t rows = 1;
  for (std::int64_t i = 2; i * i <= members; ++i) {
    if (members % i == 0) rows = i;
  }
  return members / rows;
}

// Members of each node, nodes in the order in which the group meets them.
Chains by_node(const Group& group) {
  std::map<std::int64_t, std::size_t> met;
  Chains nodes;
  for (std::int64_t i = 0; i < group.members(); ++i) {
    const auto [at, first] =
        met.try_emplace(group.node_of[static_cast<std::size_t>(i)], nodes.size());
    if (first) nodes.emplace_back();
    nodes[at->second].push_back(i);
  }
  return nodes;
}

// The pieces of a member along its row: those of its whole column.
Parts pieces_of_columns(const Chains& columns) {
  Parts parts(columns.size() * columns.front().size());
  for (const Chain& column : columns) {
    for (const std::int64_t member : column) parts[static_cast<std::size_t>(member)] = column;
  }
  return parts;
}

}  // namespace

Grid grid(Chains rows) {
  Chains columns(rows.front().size());
  for (const Chain& row : rows) {
    for (std::size_t x = 0; x < row.size(); ++x) columns[x].push_back(row[x]);
  }
  return {std::move(rows), std::move(columns)};
}

std::optional<Grid> grid_of(const Group& group) {
  const std::int64_t members = group.members();
  const std::int64_t columns = group.columns == 0 ? square_columns(members) : group.columns;
  if (members % columns != 0) return {};
  Chains rows(static_cast<std::size_t>(members / columns));
  for (std::int64_t i = 0; i < members; ++i) {
    rows[static_cast<std::size_t>(i / columns)].push_back(i);
  }
  return grid(std::move(rows));
}

std::optional<Grid> grid_of_nodes(const Group& group) {
  Chains nodes = by_node(group);
  const std::size_t each = nodes.front().size();
  if (nodes.size() == 1 || each == 1) return {};
  for (const Chain& node : nodes) {
    if (node.size() != each) return {};
  }
  return grid(std::move(nodes));
}

std::vector<Phase> grid_phases(Operation operation, const Grid& grid) {
  const auto c = static_cast<double>(grid.rows.front().size());
  const auto r = static_cast<double>(grid.rows.size());
  const double times = halves(operation);
  const Phase rows{{around(grid.rows, (c - 1) / c, c - 1)}};
  const Phase columns{{around(grid.columns, times * (r - 1) / (r * c), times * (r - 1))}};
  std::vector<Phase> phases;
  if (reduces(operation) && c > 1) phases.push_back(rows);
  if (times > 0 && r > 1) phases.push_back(columns);
  if (gathers(operation) && c > 1) phases.push_back(rows);
  return phases;
}

Rounds grid_rounds(Operation operation, const Grid& grid, Pass reduce_scatter, Pass all_gather) {
  const auto members = static_cast<std::int64_t>(grid.rows.size() * grid.columns.size());
  const Parts of_columns = pieces_of_columns(grid.columns);
  const Parts own = own_pieces(members);
  Rounds all{.pieces = members};
  if (reduces(operation)) {
    reduce_scatter(grid.rows, of_columns, all.rounds);
    reduce_scatter(grid.columns, own, all.rounds);
  }
  all.first_copy = all.rounds.size();
  if (gathers(operation)) {
    all_gather(grid.columns, own, all.rounds);
    all_gather(grid.rows, of_columns, all.rounds);
  }
  return all;
}

}  // namespace trainyard::collective
