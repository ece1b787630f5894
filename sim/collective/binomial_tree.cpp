#include "collective/binomial_tree.hpp"

#include <utility>

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

struct Hop {
  std::int64_t src = 0;
  std::int64_t dst = 0;
};
using Level = std::vector<Hop>;  // hops over equal distance

// Up the tree, the shortest distance first.
std::vector<Level> levels_up(std::int64_t members) {
  std::vector<Level> levels;
  for (std::int64_t distance = 1; distance < members; distance *= 2) {
    Level& level = levels.emplace_back();
    for (std::int64_t src = distance; src < members; src += 2 * distance) {
      level.push_back({src, src - distance});
    }
  }
  return levels;
}

std::vector<Level> levels_down(std::int64_t members) {
  const std::vector<Level> up = levels_up(members);
  std::vector<Level> levels(up.rbegin(), up.rend());
  for (Level& level : levels) {
    for (Hop& hop : level) hop = {hop.dst, hop.src};
  }
  return levels;
}

bool supported(Operation operation) {
  return operation == Operation::all_reduce || operation == Operation::broadcast;
}

// Played one after the other.
std::vector<Level> levels(Operation operation, std::int64_t members) {
  std::vector<Level> all;
  if (operation == Operation::all_reduce) all = levels_up(members);
  const std::vector<Level> down = levels_down(members);
  all.insert(all.end(), down.begin(), down.end());
  return all;
}

}  // namespace

std::vector<Phase> binomial_tree_phases(Operation operation, const Group& group) {
  if (!supported(operation)) return {};
  std::vector<Phase> phases;
  for (const Level& level : levels(operation, group.members())) {
    Transfer transfer = idle(group.members(), 1, 1);
    for (const Hop hop : level) transfer.to[static_cast<std::size_t>(hop.src)] = hop.dst;
    phases.push_back({{std::move(transfer)}});
  }
  return phases;
}

Rounds binomial_tree_rounds(Operation operation, const Group& group) {
  if (!supported(operation)) return {};
  Rounds all;
  for (const Level& level : levels(operation, group.members())) {
    Round& round = all.rounds.emplace_back();
    for (const Hop hop : level) round.push_back({hop.src, hop.dst, {0}});
  }
  if (operation == Operation::all_reduce) all.first_copy = all.rounds.size() / 2;
  return all;
}

}  // namespace trainyard::collective
