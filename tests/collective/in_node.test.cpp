#include "collective/in_node.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "support/examples.hpp"

namespace trainyard::collective {
namespace {

// Two tiles of 2 x 2 dies side by side, in a snake each:
//   0 1 | 4 5
//   3 2 | 7 6
hardware::Node two_tiles(double tile_edge) {
  hardware::Node node = examples::dojo_tray();
  node.accelerators = 8;
  node.nics = 2;
  node.scale_up.tile_rows = 2;
  node.scale_up.tile_columns = 2;
  node.scale_up.tiles_down = 1;
  node.scale_up.tiles_across = 2;
  node.scale_up.tile_edge = BytesPerSecond(tile_edge);
  return node;
}

constexpr double die_edge = 0.8 * 2e12;
constexpr double hop = 0.2e-6;

}  // namespace

TEST_CASE("on NVSwitch an all-reduce takes 2 (n - 1) / n B / b + 2 (n - 1) l", "[collective]") {
  const hardware::Cluster cluster(examples::dgx_h100(), 2);
  for (const std::int64_t group : {2, 4, 8}) {
    const auto n = static_cast<double>(group);
    const Line line = in_node_all_reduce(cluster, group);
    for (const double bytes : {1.0, 1e6, 3e9}) {
      CHECK(line.at(Bytes(bytes)).value() ==
            Approx(2 * (n - 1) / n * bytes / (0.8 * 450e9) + 2 * (n - 1) * 1.5e-6).epsilon(1e-14));
    }
  }
}

TEST_CASE("a group of one has nothing to reduce", "[collective]") {
  const Line line = in_node_all_reduce(hardware::Cluster(examples::dgx_h100(), 1), 1);
  CHECK(line.at(Bytes(1e9)) == Seconds(0));
}

TEST_CASE("a group that fills one row of a tile crosses every edge once", "[collective]") {
  const hardware::Cluster cluster(examples::dojo_tray(), 1);
  const Line line = in_node_all_reduce(cluster, 5);
  // Four hops right, and back left over four edges in one.
  CHECK(line.per_byte == Approx(2 * 4.0 / 5 / die_edge).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(8 * 4 * hop).epsilon(1e-14));
}

TEST_CASE("on the tile mesh the most crossed edge sets the pace", "[collective]") {
  // 2 -> 3 goes left over the edge from die 2 to die 3; so does 7 -> 0 (left, left, up).
  const Line line = in_node_all_reduce(hardware::Cluster(two_tiles(4.5e12), 1), 8);
  CHECK(line.per_byte == Approx(2 * (14.0 / 8) / die_edge).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(14 * 3 * hop).epsilon(1e-14));
}

TEST_CASE("a narrow tile border sets the pace though it is crossed once", "[collective]") {
  const Line line = in_node_all_reduce(hardware::Cluster(two_tiles(0.9e12), 1), 8);
  CHECK(line.per_byte == Approx(14.0 / 8 / (0.8 * 0.9e12)).epsilon(1e-14));
}

TEST_CASE("groups on the tile mesh slow each other where their ways cross", "[collective]") {
  // Groups of 15 leave their tile in the middle of it: what one needs alone, all together need
  // more.
  const hardware::Cluster cluster(examples::dojo_tray(), 1);
  const Line line = in_node_all_reduce(cluster, 15);
  CHECK(line.per_byte > 2 * 14.0 / 15 / die_edge * 1.5);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("groups that do not fill the node are a broken contract", "[collective]") {
  CHECK_THROWS_AS(in_node_all_reduce(hardware::Cluster(examples::dgx_h100(), 1), 3), ContractError);
}
#endif

}  // namespace trainyard::collective
