#include "collective/recursive_halving_doubling.hpp"

#include <bit>
#include <utility>

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

bool fits(Operation operation, const Group& group) {
  return halves(operation) > 0 && std::has_single_bit(group.node_of.size());
}

// Between partners whose numbers differ in the bit `distance`; a message is 1 / (2 distance).
Phase exchange_phase(std::int64_t members, std::int64_t distance) {
  Transfer transfer = idle(members, 0.5 / static_cast<double>(distance), 1);
  for (std::int64_t i = 0; i < members; ++i) {
    transfer.to[static_cast<std::size_t>(i)] = i ^ distance;
  }
  return {{std::move(transfer)}};
}

// Pieces whose number ends in the same bits as `member`, up to and with the bit `distance`.
std::vector<std::int64_t> pieces_like(std::int64_t member, std::int64_t distance,
                                      std::int64_t members) {
  std::vector<std::int64_t> pieces;
  for (std::int64_t i = member % (2 * distance); i < members; i += 2 * distance) {
    pieces.push_back(i);
  }
  return pieces;
}

// Each sends the pieces that belong to its partner's half.
Round halving(std::int64_t members, std::int64_t distance) {
  Round round;
  for (std::int64_t i = 0; i < members; ++i) {
    const std::int64_t partner = i ^ distance;
    round.push_back({i, partner, pieces_like(partner, distance, members)});
  }
  return round;
}

// Each sends the pieces of its own half.
Round doubling(std::int64_t members, std::int64_t distance) {
  Round round;
  for (std::int64_t i = 0; i < members; ++i) {
    round.push_back({i, i ^ distance, pieces_like(i, distance, members)});
  }
  return round;
}

}  // namespace

std::vector<Phase> recursive_halving_doubling_phases(Operation operation, const Group& group) {
  if (!fits(operation, group)) return {};
  const std::int64_t members = group.members();
  std::vector<Phase> phases;
  if (reduces(operation)) {
    for (std::int64_t distance = 1; distance < members; distance *= 2) {
      phases.push_back(exchange_phase(members, distance));
    }
  }
  if (gathers(operation)) {
    for (std::int64_t distance = members / 2; distance > 0; distance /= 2) {
      phases.push_back(exchange_phase(members, distance));
    }
  }
  return phases;
}

Rounds recursive_halving_doubling_rounds(Operation operation, const Group& group) {
  if (!fits(operation, group)) return {};
  const std::int64_t members = group.members();
  Rounds all{.pieces = members};
  if (reduces(operation)) {
    for (std::int64_t distance = 1; distance < members; distance *= 2) {
      all.rounds.push_back(halving(members, distance));
    }
  }
  all.first_copy = all.rounds.size();
  if (gathers(operation)) {
    for (std::int64_t distance = members / 2; distance > 0; distance /= 2) {
      all.rounds.push_back(doubling(members, distance));
    }
  }
  return all;
}

}  // namespace trainyard::collective
