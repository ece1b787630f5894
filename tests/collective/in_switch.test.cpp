#include "collective/in_switch.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {

TEST_CASE("in the switch a member sends 1 + 1/n buffers, at the switch's cost", "[collective]") {
  const Standing standing = evenly(1, 8);
  Group group = standing.group();
  group.switch_cost = 1.5;
  const auto phases = in_switch_phases(Operation::all_reduce, group);
  REQUIRE(phases.size() == 2);
  for (const Phase& phase : phases) {
    REQUIRE(phase.transfers.size() == 1);
    CHECK(phase.transfers[0].share == Approx(1.5 * 9 / 16).epsilon(1e-15));
    CHECK(phase.transfers[0].messages == 7);
  }
  CHECK(in_switch_rounds(Operation::all_reduce, group).rounds.size() == 2);
}

TEST_CASE("only a node's switch sums, and only all-reduces", "[collective]") {
  const Standing node = evenly(1, 8);
  const Standing nodes = evenly(2, 4);
  CHECK(in_switch_phases(Operation::all_reduce, node.group()).empty());
  Group group = node.group();
  group.switch_cost = 1;
  CHECK(in_switch_phases(Operation::all_gather, group).empty());
  group = nodes.group();
  group.switch_cost = 1;
  CHECK(in_switch_phases(Operation::all_reduce, group).empty());
}

}  // namespace trainyard::collective
