#include "collective/double_binary_tree.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

std::vector<Phase> trees_of(std::int64_t members) {
  return double_binary_tree_phases(Operation::all_reduce, evenly(1, members).group());
}

// Members that send downwards in the three transfers from `first` on.
std::vector<bool> parents(const Phase& phase, std::size_t first) {
  std::vector<bool> found(phase.transfers[first].to.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i] =
        phase.transfers[first + 1].to[i] != nobody || phase.transfers[first + 2].to[i] != nobody;
  }
  return found;
}

}  // namespace

// Sanders, Speck, Träff, doi 10.1016/j.parco.2009.09.001, section 2.
TEST_CASE("no member of a double binary tree sends more than two buffers", "[collective]") {
  for (std::int64_t members = 2; members < 200; ++members) {
    CAPTURE(members);
    CHECK(most(sent(trees_of(members))) <= 2);
  }
}

TEST_CASE("a double binary tree waits for 2 ceil(log2 n) messages", "[collective]") {
  for (std::int64_t members = 2; members < 200; ++members) {
    CAPTURE(members);
    CHECK(messages(trees_of(members)) == 2 * std::ceil(std::log2(static_cast<double>(members))));
  }
}

TEST_CASE("parents in one tree are leaves in the other, but for member 0 of an odd number",
          "[collective]") {
  for (std::int64_t members = 4; members < 100; ++members) {
    CAPTURE(members);
    const auto phases = trees_of(members);
    REQUIRE(phases.at(0).transfers.size() == 6);
    const auto one = parents(phases[0], 0);
    const auto other = parents(phases[0], 3);
    for (std::size_t i = 0; i < one.size(); ++i) {
      if (i == 0 && members % 2 == 1) {
        CHECK((one[i] && other[i]));
      } else {
        CHECK(one[i] != other[i]);
      }
    }
  }
}

TEST_CASE("the first tree of eight halves the distance at every level", "[collective]") {
  const auto phases = trees_of(8);
  CHECK(phases.at(0).transfers.at(0).to == std::vector<std::int64_t>{nobody, 2, 4, 2, 0, 6, 4, 6});
  for (const Transfer& transfer : phases[0].transfers) CHECK(transfer.share == 0.5);
}

}  // namespace trainyard::collective
