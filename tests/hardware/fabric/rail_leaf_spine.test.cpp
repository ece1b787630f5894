#include "hardware/fabric/rail_leaf_spine.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

// Port of interface `rail` of `node`.
std::int64_t port(std::int64_t node, std::int64_t rail) {
  return 8 * node + rail;
}

}  // namespace

TEST_CASE("within a rail of a group one leaf joins two nodes", "[hardware]") {
  const RailLeafSpine fabric(dgx(4), 8);
  CHECK(route(fabric, port(0, 2), port(3, 2)).size() == 2);
  CHECK(latency(fabric, route(fabric, port(0, 2), port(3, 2))).value() ==
        Approx(2e-6 + 0.3e-6).epsilon(1e-14));
}

TEST_CASE("other leaves are reached through a trunk up and a trunk down", "[hardware]") {
  const RailLeafSpine fabric(dgx(4), 8);
  const auto other_group = route(fabric, port(0, 2), port(4, 2));
  const auto other_rail = route(fabric, port(0, 2), port(0, 3));
  CHECK(other_group.size() == 4);
  CHECK(other_rail.size() == 4);
  // Leaf, spine, leaf: three switches.
  CHECK(latency(fabric, other_group).value() == Approx(2e-6 + 3 * 0.3e-6).epsilon(1e-14));
}

TEST_CASE("nodes of a group share the trunk of their rail, other rails have their own",
          "[hardware]") {
  const RailLeafSpine fabric(dgx(4), 8);
  const auto trunk_up = [&](std::int64_t node, std::int64_t rail) {
    return route(fabric, port(node, rail), port(4, rail)).at(1);
  };
  CHECK(trunk_up(0, 2) == trunk_up(3, 2));
  CHECK(trunk_up(0, 2) != trunk_up(0, 3));
}

TEST_CASE("a trunk carries all its nodes' interfaces over the oversubscription", "[hardware]") {
  const double nic = 0.9 * 50e9;
  const auto trunk = [](double oversubscription) {
    const RailLeafSpine fabric(dgx(4, oversubscription), 8);
    return fabric.link(route(fabric, port(0, 0), port(4, 0)).at(1)).bandwidth.value();
  };
  CHECK(trunk(1) == Approx(4 * nic).epsilon(1e-15));
  CHECK(trunk(7) == Approx(4 * nic / 7).epsilon(1e-15));
}

TEST_CASE("a last group with fewer nodes has its leaves all the same", "[hardware]") {
  const RailLeafSpine fabric(dgx(4), 9);
  CHECK(fabric.links() == 2 * (9 * 8 + 3 * 8));
  for (const LinkId link : route(fabric, port(0, 7), port(8, 7))) {
    CHECK(link.value() < fabric.links());
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a leaf without nodes is a broken contract", "[hardware]") {
  CHECK_THROWS_AS(RailLeafSpine(dgx(0), 8), ContractError);
}
#endif

}  // namespace trainyard::hardware
