#include "scheduling/spread.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "scheduling/consolidate.hpp"
#include "scheduling/pieces.hpp"

namespace trainyard::scheduling {
namespace {

// The largest number of nodes that every leaf can give, as far as it has them, without giving more
// than `count` together.
std::int64_t level(std::span<const Leaf> leaves, std::int64_t count) {
  std::vector<std::int64_t> whole;
  for (const Leaf& leaf : leaves) whole.push_back(leaf.whole);
  std::sort(whole.begin(), whole.end());
  auto sharing = static_cast<std::int64_t>(whole.size());
  for (const std::int64_t most : whole) {
    if (most * sharing >= count) return count / sharing;
    count -= most;
    --sharing;
  }
  return count;
}

}  // namespace

std::optional<std::vector<Piece>> spread(const Nodes& nodes, const Gang& gang) {
  EXPECT(gang.accelerators > 0);
  if (gang.accelerators <= nodes.each()) {
    return only(on_emptiest(nodes, gang.accelerators, nodes.each()));
  }
  if (gang.nodes_per_leaf == 0) return consolidate(nodes, gang);
  const std::int64_t count = nodes_of(nodes, gang.accelerators);
  if (nodes.whole() < count) return std::nullopt;
  const std::vector<Leaf> all = leaves(nodes, gang.nodes_per_leaf);
  const std::int64_t even = level(all, count);
  std::int64_t more = count;  // nodes beyond the level: one for each of the first leaves that can
  for (const Leaf& leaf : all) more -= std::min(leaf.whole, even);
  std::vector<Piece> pieces;
  for (const Leaf& leaf : all) {
    std::int64_t here = std::min(leaf.whole, even);
    if (leaf.whole > even && more > 0) {
      ++here;
      --more;
    }
    append_whole(nodes, here, pieces, leaf.nodes);
  }
  trim_last(pieces, gang.accelerators);
  return pieces;
}

}  // namespace trainyard::scheduling
