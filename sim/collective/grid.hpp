// Members in rows and columns, and the exchange in two steps that hierarchical, torus and mesh
// share: reduce-scatter along rows, then along columns; all-gather along columns, then along rows.
#pragma once

#include <optional>

#include "collective/chains.hpp"

namespace trainyard::collective {

// Rows equally long; column x has the x-th member of every row.
struct Grid {
  Chains rows;
  Chains columns;
};

Grid grid(Chains rows);

// The group row by row, Group::columns long or as square as possible with rows no shorter than
// columns: one row where the members are a prime number. None where the columns do not divide the
// members.
std::optional<Grid> grid_of(const Group& group);

// A row for each node, nodes in the order in which the group meets them; column x has the members
// of place x. None unless the members stand evenly on several nodes, several on each.
std::optional<Grid> grid_of_nodes(const Group& group);

// Rings along both: with r rows of c members a member sends (c - 1) / c along its row and
// (r - 1) / (r c) along its column for each half of the operation. The halves along columns follow
// each other, so that they are one phase. Empty for operations without halves.
std::vector<Phase> grid_phases(Operation operation, const Grid& grid);

// How one step passes pieces along its chains.
using Pass = void (*)(const Chains& chains, const Parts& parts, std::vector<Round>& rounds);

Rounds grid_rounds(Operation operation, const Grid& grid, Pass reduce_scatter, Pass all_gather);

}  // namespace trainyard::collective
