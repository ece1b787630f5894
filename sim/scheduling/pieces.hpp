// What placements have in common: single nodes and nodes in a row become pieces.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "scheduling/nodes.hpp"

namespace trainyard::scheduling {

// Nodes from `first` to before `end`.
struct Range {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
};

// All on the node with the fewest idle accelerators that suffice; ties: the lowest number.
std::optional<Piece> on_fullest(const Nodes& nodes, std::int64_t accelerators);
// All on the node with the most idle accelerators of those with at most so many; ties: the lowest.
std::optional<Piece> on_emptiest(const Nodes& nodes, std::int64_t accelerators,
                                 std::int64_t at_most);

// A place of one piece.
std::optional<std::vector<Piece>> only(const std::optional<Piece>& piece);

// Appends the lowest `count` wholly idle nodes of the range. Requires that there are as many.
void append_whole(const Nodes& nodes, std::int64_t count, std::vector<Piece>& pieces,
                  Range within = {});

// Nodes of a leaf that are idle altogether, leaves of none left out.
struct Leaf {
  Range nodes;
  std::int64_t whole = 0;
};
std::vector<Leaf> leaves(const Nodes& nodes, std::int64_t nodes_per_leaf);

// Nodes that a gang lies on when each but the last is full.
std::int64_t nodes_of(const Nodes& nodes, std::int64_t accelerators);
// Leaves the accelerators idle that are not needed on the last node of `pieces`, all of them full.
void trim_last(std::vector<Piece>& pieces, std::int64_t accelerators);

}  // namespace trainyard::scheduling
