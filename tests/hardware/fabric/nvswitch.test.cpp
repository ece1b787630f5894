#include "hardware/fabric/nvswitch.hpp"

#include <catch2/catch.hpp>

#include "hardware/fabric/routes.hpp"
#include "support/examples.hpp"

namespace trainyard::hardware {

TEST_CASE("on NVSwitch a transfer crosses the port out and the port in", "[hardware]") {
  const NvSwitch fabric(examples::dgx_h100(), 1);
  CHECK(fabric.links() == 16);
  CHECK(route(fabric, 3, 5) == std::vector{LinkId(6), LinkId(11)});
}

TEST_CASE("an NVSwitch port carries its bandwidth times its efficiency", "[hardware]") {
  const NvSwitch fabric(examples::dgx_h100(), 1);
  CHECK(fabric.link(LinkId(0)).bandwidth.value() == Approx(0.8 * 450e9).epsilon(1e-15));
}

TEST_CASE("the two ports of NVSwitch together cost one hop", "[hardware]") {
  const NvSwitch fabric(examples::dgx_h100(), 1);
  CHECK(latency(fabric, route(fabric, 0, 7)).value() == Approx(1.5e-6).epsilon(1e-15));
}

}  // namespace trainyard::hardware
