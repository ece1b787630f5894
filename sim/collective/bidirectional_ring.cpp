#include "collective/bidirectional_ring.hpp"

#include "collective/chains.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Of two pieces of every part, the first or the second.
Parts every_other_piece(std::int64_t members, std::int64_t first) {
  Parts parts;
  for (std::int64_t i = 0; i < members; ++i) parts.push_back({2 * i + first});
  return parts;
}

Rounds one_way(Operation operation, const Chain& ring, const Parts& parts) {
  Rounds all{.pieces = 2 * static_cast<std::int64_t>(ring.size())};
  if (reduces(operation)) ring_reduce_scatter({ring}, parts, all.rounds);
  all.first_copy = all.rounds.size();
  if (gathers(operation)) ring_all_gather({ring}, parts, all.rounds);
  return all;
}

}  // namespace

std::vector<Phase> bidirectional_ring_phases(Operation operation, const Group& group) {
  if (halves(operation) == 0) return {};
  const std::int64_t members = group.members();
  const double messages = halves(operation) * static_cast<double>(members - 1);
  const double share = messages / static_cast<double>(2 * members);
  return {{{shift(members, 1, share, messages), shift(members, members - 1, share, messages)}}};
}

Rounds bidirectional_ring_rounds(Operation operation, const Group& group) {
  if (halves(operation) == 0) return {};
  const std::int64_t members = group.members();
  Chain ring;
  for (std::int64_t i = 0; i < members; ++i) ring.push_back(i);
  Rounds both = one_way(operation, ring, every_other_piece(members, 0));
  const Rounds back =
      one_way(operation, {ring.rbegin(), ring.rend()}, every_other_piece(members, 1));
  for (std::size_t i = 0; i < both.rounds.size(); ++i) {
    both.rounds[i].insert(both.rounds[i].end(), back.rounds[i].begin(), back.rounds[i].end());
  }
  return both;
}

}  // namespace trainyard::collective
