#include "collective/ring.hpp"

#include "collective/grid.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Pieces of a broadcast for each member: filling the pipeline adds about 1/8 to its time.
constexpr std::int64_t pieces_per_member = 8;

Phase broadcast_phase(std::int64_t members) {
  Transfer transfer = shift(members, 1, 1, static_cast<double>(members - 1));
  transfer.to.back() = nobody;
  return {{transfer}};
}

Rounds broadcast_rounds(std::int64_t members) {
  Rounds all{.pieces = pieces_per_member * members};
  for (std::int64_t step = 0; step < all.pieces + members - 2; ++step) {
    Round& round = all.rounds.emplace_back();
    for (std::int64_t i = 0; i + 1 < members; ++i) {
      if (step >= i && step - i < all.pieces) round.push_back({i, i + 1, {step - i}});
    }
  }
  return all;
}

}  // namespace

std::vector<Phase> ring_phases(Operation operation, const Group& group) {
  const std::int64_t members = group.members();
  if (operation == Operation::broadcast) return {broadcast_phase(members)};
  if (halves(operation) == 0) return {};
  const double messages = halves(operation) * static_cast<double>(members - 1);
  return {{{shift(members, 1, messages / static_cast<double>(members), messages)}}};
}

Rounds ring_rounds(Operation operation, const Group& group) {
  if (operation == Operation::broadcast) return broadcast_rounds(group.members());
  Chain ring;
  for (std::int64_t i = 0; i < group.members(); ++i) ring.push_back(i);
  return grid_rounds(operation, grid(Chains{ring}), ring_reduce_scatter, ring_all_gather);
}

}  // namespace trainyard::collective
