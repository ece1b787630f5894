#include "hardware/fabric/star.hpp"

#include <catch2/catch.hpp>

#include "hardware/fabric/routes.hpp"
#include "support/examples.hpp"

namespace trainyard::hardware {

TEST_CASE("on a star every pair of interfaces is two links apart", "[hardware]") {
  const Star fabric(examples::dojo_tray(), 3);
  CHECK(fabric.links() == 2 * 20 * 3);
  CHECK(route(fabric, 0, 59) == std::vector{LinkId(0), LinkId(119)});
  CHECK(route(fabric, 21, 20) == std::vector{LinkId(42), LinkId(41)});
}

TEST_CASE("a star's latency is the interface's and one switch's", "[hardware]") {
  const Star fabric(examples::dojo_tray(), 3);
  CHECK(latency(fabric, route(fabric, 0, 59)).value() == Approx(1.9e-6).epsilon(1e-15));
  CHECK(fabric.link(LinkId(7)).bandwidth.value() == Approx(45e9).epsilon(1e-15));
}

}  // namespace trainyard::hardware
