#include "collective/double_binary_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

// Pieces of each half: filling the pipeline of a deep tree adds half to the time of `rounds`.
constexpr std::int64_t pieces_of_tree = 16;

struct Tree {
  std::vector<std::int64_t> parent;  // nobody at the root; shape [members]
  std::vector<std::int64_t> depth;   // hops to the root; shape [members]
};

// The in-order tree: an odd number is a leaf, others join what is half as far to both sides. Each
// number loses its lowest set bit and gets the next one, or only loses it where that is beyond the
// last; 0 is the root.
std::int64_t parent_in_order(std::int64_t number, std::int64_t members) {
  if (number == 0) return nobody;
  const std::int64_t lowest = number & -number;
  const std::int64_t up = (number ^ lowest) | (2 * lowest);
  return up < members ? up : number ^ lowest;
}

// Member i takes the place of number `first` + `sign` i, modulo the members.
struct Numbering {
  std::int64_t first = 0;
  std::int64_t sign = 1;
};

Tree tree(std::int64_t members, Numbering numbering) {
  std::vector<std::int64_t> member_of(static_cast<std::size_t>(members));
  const auto number_of = [&](std::int64_t member) {
    return (numbering.first + numbering.sign * member + members) % members;
  };
  for (std::int64_t i = 0; i < members; ++i) {
    member_of[static_cast<std::size_t>(number_of(i))] = i;
  }
  Tree tree;
  for (std::int64_t i = 0; i < members; ++i) {
    const std::int64_t up = parent_in_order(number_of(i), members);
    tree.parent.push_back(up == nobody ? nobody : member_of[static_cast<std::size_t>(up)]);
    std::int64_t& depth = tree.depth.emplace_back(0);
    for (std::int64_t at = number_of(i); at != 0; at = parent_in_order(at, members)) ++depth;
  }
  return tree;
}

// The second tree is the first seen from the other end; of an odd number that would make the same
// members leaves, and it is moved on by one place instead.
std::array<Tree, 2> trees(std::int64_t members) {
  const Numbering second = members % 2 == 0 ? Numbering{members - 1, -1} : Numbering{-1, 1};
  return {tree(members, {}), tree(members, second)};
}

std::int64_t height(const Tree& tree) {
  return *std::max_element(tree.depth.begin(), tree.depth.end());
}

// To the parent; to the first child; to the second.
void add_transfers(const Tree& tree, Phase& phase) {
  const auto members = static_cast<std::int64_t>(tree.parent.size());
  const auto messages = static_cast<double>(2 * height(tree));
  Transfer up = idle(members, 0.5, messages);
  std::array down{up, up};
  up.to = tree.parent;
  for (std::int64_t i = 0; i < members; ++i) {
    const std::int64_t parent = tree.parent[static_cast<std::size_t>(i)];
    if (parent == nobody) continue;
    const auto at = static_cast<std::size_t>(parent);
    Transfer& child = down[0].to[at] == nobody ? down[0] : down[1];
    child.to[at] = i;
  }
  phase.transfers.push_back(std::move(up));
  for (Transfer& child : down) phase.transfers.push_back(std::move(child));
}

// The messages of the tree's pieces, from `first_piece` on: a member hands a piece on in the round
// after it came.
void add_messages(const Tree& tree, std::int64_t first_piece, std::vector<Round>& rounds) {
  const std::int64_t deepest = height(tree);
  const std::size_t down = rounds.size() / 2;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(tree.parent.size()); ++i) {
    const std::int64_t parent = tree.parent[static_cast<std::size_t>(i)];
    if (parent == nobody) continue;
    const std::int64_t depth = tree.depth[static_cast<std::size_t>(i)];
    for (std::int64_t piece = 0; piece < pieces_of_tree; ++piece) {
      const std::int64_t number = first_piece + piece;
      const auto sent_up = static_cast<std::size_t>(piece + deepest - depth);
      const auto sent_down = down + static_cast<std::size_t>(piece + depth - 1);
      rounds[sent_up].push_back({i, parent, {number}});
      rounds[sent_down].push_back({parent, i, {number}});
    }
  }
}

}  // namespace

std::vector<Phase> double_binary_tree_phases(Operation operation, const Group& group) {
  if (operation != Operation::all_reduce) return {};
  Phase phase;
  for (const Tree& tree : trees(group.members())) add_transfers(tree, phase);
  std::erase_if(phase.transfers, [](const Transfer& transfer) {
    return std::ranges::count(transfer.to, nobody) == std::ssize(transfer.to);
  });
  return {phase};
}

Rounds double_binary_tree_rounds(Operation operation, const Group& group) {
  if (operation != Operation::all_reduce) return {};
  const auto both = trees(group.members());
  Rounds all{.pieces = 2 * pieces_of_tree};
  all.first_copy = static_cast<std::size_t>(pieces_of_tree + height(both[0]) - 1);
  all.rounds.resize(2 * all.first_copy);
  add_messages(both[0], 0, all.rounds);
  add_messages(both[1], pieces_of_tree, all.rounds);
  return all;
}

}  // namespace trainyard::collective
