#include "collective/rail_rings.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {

TEST_CASE("rail rings send a ring's bytes, one ring's part of them across", "[collective]") {
  for (const auto& [nodes, each] : {std::pair{2, 2}, {4, 8}, {3, 4}}) {
    const Standing standing = evenly(nodes, each);
    const auto g = static_cast<double>(each);
    const double n = nodes * g;
    const auto phases = rail_rings_phases(Operation::all_reduce, standing.group());
    REQUIRE(phases.size() == 1);
    REQUIRE(phases[0].transfers.size() == 2);
    CHECK(phases[0].transfers[0].share == Approx(2 * (n - 1) / n * (g - 1) / g).epsilon(1e-14));
    CHECK(phases[0].transfers[1].share == Approx(2 * (n - 1) / n / g).epsilon(1e-14));
    CHECK(phases[0].transfers[0].messages == 2 * nodes * (g - 1));
    CHECK(phases[0].transfers[1].messages == 2 * (nodes - 1));
  }
}

TEST_CASE("every member of a rail ring sends across to the next node", "[collective]") {
  const Standing standing = evenly(3, 4);
  const auto phases = rail_rings_phases(Operation::all_gather, standing.group());
  REQUIRE(phases.size() == 1);
  for (std::size_t i = 0; i < 12; ++i) {
    const auto inside = static_cast<std::size_t>(phases[0].transfers[0].to[i]);
    const auto across = static_cast<std::size_t>(phases[0].transfers[1].to[i]);
    CHECK(inside / 4 == i / 4);
    CHECK(across / 4 == (i / 4 + 1) % 3);
    // On the rail of the place where the ring enters.
    CHECK(across % 4 == (i + 1) % 4);
  }
}

TEST_CASE("rail rings need several nodes with equally many members, several on each",
          "[collective]") {
  CHECK(rail_rings_phases(Operation::all_reduce, evenly(1, 8).group()).empty());
  CHECK(rail_rings_phases(Operation::all_reduce, evenly(8, 1).group()).empty());
  CHECK(rail_rings_phases(Operation::all_to_all, evenly(2, 4).group()).empty());
}

}  // namespace trainyard::collective
