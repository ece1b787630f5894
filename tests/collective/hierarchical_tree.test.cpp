#include "collective/hierarchical_tree.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "collective/double_binary_tree.hpp"
#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

std::vector<Phase> phases_of(const Standing& standing) {
  return hierarchical_tree_phases(Operation::all_reduce, standing.group());
}

}  // namespace

TEST_CASE("hierarchical trees send (g - 1) / g inside twice and no more than 2 / g across",
          "[collective]") {
  for (std::int64_t nodes = 2; nodes < 40; ++nodes) {
    for (const std::int64_t each : {2, 3, 8}) {
      CAPTURE(nodes, each);
      const auto g = static_cast<double>(each);
      const auto phases = phases_of(evenly(nodes, each));
      REQUIRE(phases.size() == 3);
      for (const Phase& inside : {phases[0], phases[2]}) {
        CHECK(least(sent({inside})) == Approx((g - 1) / g).epsilon(1e-15));
        CHECK(most(sent({inside})) == least(sent({inside})));
      }
      CHECK(most(sent({phases[1]})) <= 2 / g);
    }
  }
}

TEST_CASE("hierarchical trees wait for 2 (g - 1) + 2 ceil(log2 k) messages", "[collective]") {
  for (std::int64_t nodes = 2; nodes < 40; ++nodes) {
    for (const std::int64_t each : {2, 3, 8}) {
      CAPTURE(nodes, each);
      const double height = std::ceil(std::log2(static_cast<double>(nodes)));
      CHECK(messages(phases_of(evenly(nodes, each))) ==
            2 * static_cast<double>(each - 1) + 2 * height);
    }
  }
}

TEST_CASE("across nodes members of every place send as a double binary tree of the nodes",
          "[collective]") {
  const Standing standing{{7, 7, 3, 3, 9, 9, 5, 5, 1, 1}};
  const auto phases = phases_of(standing);
  const auto trees = double_binary_tree_phases(Operation::all_reduce, evenly(5, 1).group());
  REQUIRE(phases.at(1).transfers.size() == trees.at(0).transfers.size());
  for (std::size_t t = 0; t < trees[0].transfers.size(); ++t) {
    const Transfer& tree = trees[0].transfers[t];
    const Transfer& across = phases[1].transfers[t];
    CHECK(across.share == tree.share / 2);
    for (std::size_t i = 0; i < across.to.size(); ++i) {
      const std::int64_t to = tree.to[i / 2];
      const auto place = static_cast<std::int64_t>(i % 2);
      CHECK(across.to[i] == (to == nobody ? nobody : 2 * to + place));
    }
  }
}

TEST_CASE("hierarchical trees are for all-reduces on several nodes with several members, as many",
          "[collective]") {
  for (const Standing& standing : {evenly(1, 8), evenly(8, 1), Standing{{0, 0, 0, 1, 1}}}) {
    CHECK(phases_of(standing).empty());
    CHECK(hierarchical_tree_rounds(Operation::all_reduce, standing.group()).rounds.empty());
  }
  for (const Operation operation : operations) {
    const bool fits = operation == Operation::all_reduce;
    CHECK(hierarchical_tree_phases(operation, evenly(3, 4).group()).empty() != fits);
  }
}

}  // namespace trainyard::collective
