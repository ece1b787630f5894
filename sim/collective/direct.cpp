#include "collective/direct.hpp"

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Everyone sends to everyone else one piece, numbered by `piece`.
template <class Piece>
Round to_all_others(std::int64_t members, const Piece& piece) {
  Round round;
  for (std::int64_t src = 0; src < members; ++src) {
    for (std::int64_t by = 1; by < members; ++by) {
      const std::int64_t dst = (src + by) % members;
      round.push_back({src, dst, {piece(src, dst)}});
    }
  }
  return round;
}

}  // namespace

std::vector<Phase> direct_phases(Operation operation, const Group& group) {
  const std::int64_t members = group.members();
  const int times = operation == Operation::all_to_all ? 1 : halves(operation);
  if (times == 0) return {};
  Phase phase;
  for (std::int64_t by = 1; by < members; ++by) {
    phase.transfers.push_back(shift(members, by, 1 / static_cast<double>(members), 1));
  }
  return std::vector<Phase>(static_cast<std::size_t>(times), phase);
}

Rounds direct_rounds(Operation operation, const Group& group) {
  const std::int64_t members = group.members();
  if (operation == Operation::all_to_all) {
    return {.pieces = members * members,
            .rounds = {to_all_others(members, [members](std::int64_t src, std::int64_t dst) {
              return src * members + dst;
            })}};
  }
  Rounds all{.pieces = members};
  if (reduces(operation)) {
    all.rounds.push_back(
        to_all_others(members, [](std::int64_t, std::int64_t dst) { return dst; }));
  }
  all.first_copy = all.rounds.size();
  if (gathers(operation)) {
    all.rounds.push_back(
        to_all_others(members, [](std::int64_t src, std::int64_t) { return src; }));
  }
  return all;
}

}  // namespace trainyard::collective
