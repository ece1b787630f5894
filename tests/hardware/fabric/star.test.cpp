#include "hardware/fabric/star.hpp"

#include <catch2/catch.hpp>

#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {

TEST_CASE("on NVSwitch a transfer crosses the port out and the port in", "[hardware]") {
  const auto made = nvswitch(dgx(), 1);
  const Fabric& fabric = *made;
  CHECK(fabric.links() == 16);
  CHECK(route(fabric, 3, 5) == std::vector{LinkId(6), LinkId(11)});
}

TEST_CASE("an NVSwitch port carries its bandwidth times its efficiency", "[hardware]") {
  const auto made = nvswitch(dgx(), 1);
  const Fabric& fabric = *made;
  CHECK(fabric.link(LinkId(0)).bandwidth.value() == Approx(0.8 * 450e9).epsilon(1e-15));
}

TEST_CASE("the two ports of NVSwitch together cost one hop", "[hardware]") {
  const auto made = nvswitch(dgx(), 1);
  const Fabric& fabric = *made;
  CHECK(latency(fabric, route(fabric, 0, 7)).value() == Approx(1.5e-6).epsilon(1e-15));
}

TEST_CASE("on a star every pair of interfaces is two links apart", "[hardware]") {
  const auto made = star(dojo_tray(), 3);
  const Fabric& fabric = *made;
  CHECK(fabric.links() == 2 * 20 * 3);
  CHECK(route(fabric, 0, 59) == std::vector{LinkId(0), LinkId(119)});
  CHECK(route(fabric, 21, 20) == std::vector{LinkId(42), LinkId(41)});
}

TEST_CASE("a star's latency is the interface's and one switch's", "[hardware]") {
  const auto made = star(dojo_tray(), 3);
  const Fabric& fabric = *made;
  CHECK(latency(fabric, route(fabric, 0, 59)).value() == Approx(1.9e-6).epsilon(1e-15));
  CHECK(fabric.link(LinkId(7)).bandwidth.value() == Approx(45e9).epsilon(1e-15));
}

}  // namespace trainyard::hardware
