#include "base/catalog.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

// Names of the rows that do the operation in a group of eight on two nodes.
std::set<std::string_view> rows_for(Operation operation) {
  std::set<std::string_view> names;
  const Standing standing = evenly(2, 4);
  for (const AlgorithmRow& row : algorithms()) {
    if (!row.phases(operation, standing.group()).empty()) names.insert(row.name);
  }
  return names;
}

void check_well_formed(const Transfer& transfer, std::int64_t members) {
  REQUIRE(transfer.share > 0);
  REQUIRE(transfer.messages >= 1);
  REQUIRE(transfer.messages == std::floor(transfer.messages));
  REQUIRE(static_cast<std::int64_t>(transfer.to.size()) == members);
  std::int64_t senders = 0;
  for (std::int64_t i = 0; i < members; ++i) {
    const std::int64_t to = transfer.to[static_cast<std::size_t>(i)];
    if (to == nobody) continue;
    ++senders;
    REQUIRE(to >= 0);
    REQUIRE(to < members);
    REQUIRE(to != i);
  }
  REQUIRE(senders > 0);
}

// Whether moving every member on by `places` maps the transfer to itself.
bool stays(const Transfer& transfer, std::size_t places) {
  const std::size_t n = transfer.to.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t to = transfer.to[i];
    const std::int64_t moved =
        to == nobody ? nobody
                     : static_cast<std::int64_t>((static_cast<std::size_t>(to) + places) % n);
    if (transfer.to[(i + places) % n] != moved) return false;
  }
  return true;
}

// Whether all of the row's transfers stay, for every operation but broadcast and all whole nodes.
bool stays(const AlgorithmRow& row, std::int64_t nodes, std::int64_t each) {
  const Standing standing = evenly(nodes, each);
  for (const Operation operation : operations) {
    if (operation == Operation::broadcast) continue;
    for (const Phase& phase : row.phases(operation, standing.group())) {
      for (const Transfer& transfer : phase.transfers) {
        for (std::int64_t k = 1; k < nodes; ++k) {
          if (!stays(transfer, static_cast<std::size_t>(k * each))) return false;
        }
      }
    }
  }
  return true;
}

}  // namespace

TEST_CASE("every algorithm has a name and a line that says what it is", "[collective]") {
  std::set<std::string_view> names;
  for (const AlgorithmRow& row : algorithms()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
}

TEST_CASE("auto considers what NCCL chooses from, trees at 92 % of their bandwidth",
          "[collective]") {
  std::set<std::string_view> automatic;
  std::set<std::string_view> held_back;
  for (const AlgorithmRow& row : algorithms()) {
    if (row.automatic) automatic.insert(row.name);
    if (row.tuned != 1) held_back.insert(row.name);
    CHECK((row.tuned == 1 || row.tuned == 0.92));
  }
  CHECK(automatic == std::set<std::string_view>{"ring", "rail_rings", "in_switch", "hierarchical",
                                                "double_binary_tree", "hierarchical_tree",
                                                "direct"});
  CHECK(held_back == std::set<std::string_view>{"double_binary_tree", "hierarchical_tree"});
}

TEST_CASE("which algorithms do which operation", "[collective]") {
  using Names = std::set<std::string_view>;
  const Names halves{
      "ring",   "bidirectional_ring", "rail_rings", "hierarchical", "recursive_halving_doubling",
      "direct", "torus_2d",           "mesh_2d"};
  Names all_reduce = halves;
  all_reduce.insert({"double_binary_tree", "hierarchical_tree", "binomial_tree"});
  CHECK(rows_for(Operation::all_reduce) == all_reduce);
  CHECK(rows_for(Operation::reduce_scatter) == halves);
  CHECK(rows_for(Operation::all_gather) == halves);
  CHECK(rows_for(Operation::all_to_all) == Names{"direct", "hierarchical"});
  CHECK(rows_for(Operation::broadcast) == Names{"ring", "binomial_tree"});
}

TEST_CASE("every transfer of every exchange sends something to others in whole messages",
          "[collective]") {
  for (const AlgorithmRow& row : algorithms()) {
    for (const Standing& standing : standings()) {
      for (const Operation operation : operations) {
        CAPTURE(row.name, operation, standing.node_of, standing.columns);
        for (const Phase& phase : row.phases(operation, standing.group())) {
          REQUIRE_FALSE(phase.transfers.empty());
          for (const Transfer& transfer : phase.transfers) {
            check_well_formed(transfer, standing.group().members());
          }
        }
      }
    }
  }
}

TEST_CASE("algorithms that rotate look the same from every node", "[collective]") {
  for (const AlgorithmRow& row : algorithms()) {
    bool all_stay = true;
    for (const auto& [nodes, each] :
         {std::pair{2, 1}, {5, 1}, {8, 1}, {2, 4}, {4, 2}, {3, 5}, {4, 4}, {6, 2}, {7, 3}}) {
      CAPTURE(row.name, nodes, each);
      const bool as_before = stays(row, nodes, each);
      if (row.rotates) CHECK(as_before);
      all_stay = all_stay && as_before;
    }
    CAPTURE(row.name);
    CHECK(all_stay == row.rotates);
  }
}

TEST_CASE("a rotating algorithm keeps the order of nodes, however they are numbered",
          "[collective]") {
  const Standing standing{{7, 7, 3, 3, 9, 9, 5, 5}};
  for (const AlgorithmRow& row : algorithms()) {
    if (!row.rotates) continue;
    CAPTURE(row.name);
    for (const Phase& phase : row.phases(Operation::all_reduce, standing.group())) {
      for (const Transfer& transfer : phase.transfers) CHECK(stays(transfer, 2));
    }
  }
}

TEST_CASE("phases of many members are few transfers unless everyone sends to everyone",
          "[collective]") {
  const Standing standing = evenly(128, 8);  // 1,024
  for (const AlgorithmRow& row : algorithms()) {
    for (const Operation operation : operations) {
      if (operation == Operation::all_to_all) continue;
      CAPTURE(row.name, operation);
      std::size_t most_transfers = 0;
      for (const Phase& phase : row.phases(operation, standing.group())) {
        most_transfers = std::max(most_transfers, phase.transfers.size());
      }
      if (row.everyone) {
        CHECK((most_transfers == 0 || most_transfers == 1023));
      } else {
        CHECK(most_transfers <= 32);  // mesh: 31 along a line of 32
      }
    }
  }
}

}  // namespace trainyard::collective
