#include "scheduling/pieces.hpp"

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace trainyard::scheduling {

std::optional<Piece> on_fullest(const Nodes& nodes, std::int64_t accelerators) {
  for (std::int64_t idle = accelerators; idle <= nodes.each(); ++idle) {
    const Intervals& some = nodes.with(idle);
    if (!some.empty()) return Piece{some.by_first().begin()->first, 1, accelerators};
  }
  return std::nullopt;
}

std::optional<Piece> on_emptiest(const Nodes& nodes, std::int64_t accelerators,
                                 std::int64_t at_most) {
  for (std::int64_t idle = at_most; idle >= accelerators; --idle) {
    const Intervals& some = nodes.with(idle);
    if (!some.empty()) return Piece{some.by_first().begin()->first, 1, accelerators};
  }
  return std::nullopt;
}

std::optional<std::vector<Piece>> only(const std::optional<Piece>& piece) {
  if (!piece) return std::nullopt;
  return std::vector{*piece};
}

void append_whole(const Nodes& nodes, std::int64_t count, std::vector<Piece>& pieces,
                  Range within) {
  const Intervals& whole = nodes.with(nodes.each());
  std::int64_t at = within.first;
  while (count > 0) {
    at = whole.first_from(at);
    const std::int64_t here = std::min({count, whole.end_of(at) - at, within.end - at});
    EXPECT(here > 0);
    pieces.push_back({at, here, nodes.each()});
    at += here;
    count -= here;
  }
}

std::vector<Leaf> leaves(const Nodes& nodes, std::int64_t nodes_per_leaf) {
  std::vector<Leaf> leaves;
  for (const auto& [begin, end] : nodes.with(nodes.each()).by_first()) {
    std::int64_t at = begin;
    while (at < end) {
      const std::int64_t first = at / nodes_per_leaf * nodes_per_leaf;
      const std::int64_t next = std::min(end, first + nodes_per_leaf);
      if (leaves.empty() || leaves.back().nodes.first != first) {
        leaves.push_back({{first, first + nodes_per_leaf}, 0});
      }
      leaves.back().whole += next - at;
      at = next;
    }
  }
  return leaves;
}

std::int64_t nodes_of(const Nodes& nodes, std::int64_t accelerators) {
  return (accelerators + nodes.each() - 1) / nodes.each();
}

void trim_last(std::vector<Piece>& pieces, std::int64_t accelerators) {
  std::int64_t spare = -accelerators;
  for (const Piece& piece : pieces) spare += piece.nodes * piece.each;
  EXPECT(spare >= 0 && spare < pieces.back().each);
  if (spare == 0) return;
  const Piece last = pieces.back();
  if (--pieces.back().nodes == 0) pieces.pop_back();
  pieces.push_back({last.first + last.nodes - 1, 1, last.each - spare});
}

}  // namespace trainyard::scheduling
