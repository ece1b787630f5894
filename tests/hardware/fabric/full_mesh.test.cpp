#include "hardware/fabric/full_mesh.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {

TEST_CASE("in a full mesh every pair has a link of its own each way", "[hardware]") {
  const FullMesh fabric(dgx(), 1);
  CHECK(fabric.links() == 8 * 7);
  std::set<LinkId> used;
  for (std::int64_t src = 0; src < 8; ++src) {
    for (std::int64_t dst = 0; dst < 8; ++dst) {
      if (src != dst) CHECK(used.insert(route(fabric, src, dst).at(0)).second);
    }
  }
  CHECK(used.size() == 56);
  CHECK(route(fabric, 0, 1) == std::vector{LinkId(0)});
  CHECK(route(fabric, 7, 6) == std::vector{LinkId(55)});
}

TEST_CASE("an accelerator's bandwidth is divided over its pairs", "[hardware]") {
  const FullMesh fabric(dgx(), 1);
  CHECK(fabric.link(LinkId(9)).bandwidth.value() == Approx(0.8 * 450e9 / 7).epsilon(1e-15));
  CHECK(fabric.link(LinkId(9)).latency == Seconds(1.5e-6));
}

TEST_CASE("a full mesh of one accelerator has no links", "[hardware]") {
  Node node = dgx();
  node.accelerators = 1;
  CHECK(FullMesh(node, 1).links() == 0);
}

}  // namespace trainyard::hardware
