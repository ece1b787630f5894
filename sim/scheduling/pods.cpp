#include "scheduling/pods.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "scheduling/consolidate.hpp"
#include "scheduling/pieces.hpp"

namespace trainyard::scheduling {
namespace {

// The leaf with the fewest wholly idle nodes that suffice, else the one with the most.
std::vector<Leaf>::iterator best(std::vector<Leaf>& leaves, std::int64_t count) {
  return std::min_element(leaves.begin(), leaves.end(), [&](const Leaf& a, const Leaf& b) {
    const bool a_holds_it = a.whole >= count;
    const bool b_holds_it = b.whole >= count;
    if (a_holds_it != b_holds_it) return a_holds_it;
    return a_holds_it ? a.whole < b.whole : a.whole > b.whole;
  });
}

}  // namespace

std::optional<std::vector<Piece>> pods(const Nodes& nodes, const Gang& gang) {
  EXPECT(gang.accelerators > 0);
  if (gang.accelerators <= nodes.each() || gang.nodes_per_leaf == 0) {
    return consolidate(nodes, gang);
  }
  std::int64_t left = nodes_of(nodes, gang.accelerators);
  if (nodes.whole() < left) return std::nullopt;
  std::vector<Leaf> all = leaves(nodes, gang.nodes_per_leaf);
  std::vector<Piece> pieces;
  while (left > 0) {
    const auto leaf = best(all, left);
    const std::int64_t here = std::min(left, leaf->whole);
    append_whole(nodes, here, pieces, leaf->nodes);
    left -= here;
    all.erase(leaf);
  }
  trim_last(pieces, gang.accelerators);
  return pieces;
}

}  // namespace trainyard::scheduling
