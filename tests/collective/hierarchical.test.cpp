#include "collective/hierarchical.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

// Whether each transfer of the phase stays in the nodes, or each leaves them.
bool stays_inside(const Phase& phase, const Standing& standing) {
  std::size_t inside = 0;
  std::size_t all = 0;
  for (const Transfer& transfer : phase.transfers) {
    for (std::size_t i = 0; i < transfer.to.size(); ++i) {
      REQUIRE(transfer.to[i] != nobody);
      const auto to = static_cast<std::size_t>(transfer.to[i]);
      inside += standing.node_of[to] == standing.node_of[i] ? 1 : 0;
      ++all;
    }
  }
  REQUIRE((inside == 0 || inside == all));
  return inside == all;
}

}  // namespace

TEST_CASE("hierarchical all-reduce sends (g - 1) / g, 2 (k - 1) / (k g) and (g - 1) / g",
          "[collective]") {
  const auto phases = hierarchical_phases(Operation::all_reduce, evenly(3, 4).group());
  REQUIRE(phases.size() == 3);
  for (const Phase& phase : phases) REQUIRE(phase.transfers.size() == 1);
  CHECK(phases[0].transfers[0].share == Approx(3.0 / 4).epsilon(1e-15));
  CHECK(phases[0].transfers[0].messages == 3);
  CHECK(phases[1].transfers[0].share == Approx(2 * 2.0 / (3 * 4)).epsilon(1e-15));
  CHECK(phases[1].transfers[0].messages == 4);
  CHECK(phases[2].transfers[0].share == phases[0].transfers[0].share);
  CHECK(phases[2].transfers[0].messages == 3);
}

TEST_CASE("hierarchical reduce-scatter and all-gather are the two halves of the all-reduce",
          "[collective]") {
  const Standing standing = evenly(3, 4);
  const auto reduce = hierarchical_phases(Operation::reduce_scatter, standing.group());
  const auto gather = hierarchical_phases(Operation::all_gather, standing.group());
  REQUIRE(reduce.size() == 2);
  REQUIRE(gather.size() == 2);
  CHECK(stays_inside(reduce[0], standing));
  CHECK_FALSE(stays_inside(reduce[1], standing));
  CHECK_FALSE(stays_inside(gather[0], standing));
  CHECK(stays_inside(gather[1], standing));
  CHECK(reduce[1].transfers[0].share == Approx(2.0 / (3 * 4)).epsilon(1e-15));
  CHECK(gather[0].transfers[0].share == reduce[1].transfers[0].share);
}

TEST_CASE("hierarchical all-reduce sends as much from each member as a ring", "[collective]") {
  for (std::int64_t nodes = 2; nodes < 6; ++nodes) {
    for (std::int64_t each = 2; each < 9; ++each) {
      const Standing standing = evenly(nodes, each);
      const auto members = sent(hierarchical_phases(Operation::all_reduce, standing.group()));
      const auto n = static_cast<double>(nodes * each);
      CHECK(most(members) == Approx(2 * (n - 1) / n).epsilon(1e-14));
      CHECK(least(members) == most(members));
    }
  }
}

TEST_CASE("hierarchical all-reduce leaves the node in its middle phase only", "[collective]") {
  for (const Standing& standing :
       {evenly(3, 4), Standing{{0, 1, 2, 0, 1, 2}}, Standing{{7, 7, 3, 3}}}) {
    const auto phases = hierarchical_phases(Operation::all_reduce, standing.group());
    REQUIRE(phases.size() == 3);
    CHECK(stays_inside(phases[0], standing));
    CHECK_FALSE(stays_inside(phases[1], standing));
    CHECK(stays_inside(phases[2], standing));
  }
}

TEST_CASE("hierarchical all-to-all sends (g - 1) / g inside, then (k - 1) / k across",
          "[collective]") {
  const Standing standing = evenly(3, 4);
  const auto phases = hierarchical_phases(Operation::all_to_all, standing.group());
  REQUIRE(phases.size() == 2);
  CHECK(stays_inside(phases[0], standing));
  CHECK_FALSE(stays_inside(phases[1], standing));
  CHECK(most(sent({phases[0]})) == Approx(3.0 / 4).epsilon(1e-15));
  CHECK(most(sent({phases[1]})) == Approx(2.0 / 3).epsilon(1e-15));
  CHECK(messages(phases) == 2);
}

TEST_CASE("hierarchical exchange needs several nodes with several members, as many on each",
          "[collective]") {
  for (const Operation operation : operations) {
    for (const Standing& standing : {evenly(1, 8), evenly(8, 1), Standing{{0, 0, 0, 1, 1}}}) {
      CHECK(hierarchical_phases(operation, standing.group()).empty());
      CHECK(hierarchical_rounds(operation, standing.group()).rounds.empty());
    }
  }
}

}  // namespace trainyard::collective
