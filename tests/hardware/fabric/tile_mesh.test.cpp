#include "hardware/fabric/tile_mesh.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>
#include <utility>

#include "base/check.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int64_t dies = 150;
constexpr std::int64_t first_tile_link = 4 * dies;

// Where a die of the tray (2 x 3 tiles of 5 x 5) stands, written out again: tiles in a snake, dies
// in a snake within, mirrored in the lower row of tiles.
struct Place {
  std::int64_t row;
  std::int64_t column;
};
Place place(std::int64_t die) {
  const std::int64_t tile = die / 25;
  const std::int64_t in_row = die % 25 / 5;
  const std::int64_t along = die % 5;
  const bool upper = tile < 3;
  const std::int64_t tile_column = upper ? tile : 5 - tile;
  const bool rightwards = (in_row % 2 == 0) == upper;
  return {(upper ? 0 : 5) + in_row, 5 * tile_column + (rightwards ? along : 4 - along)};
}

std::int64_t die_hops(const std::vector<LinkId>& path) {
  return std::count_if(path.begin(), path.end(),
                       [](LinkId link) { return link.value() < first_tile_link; });
}

}  // namespace

TEST_CASE("on the tile mesh a route is as long as the Manhattan distance", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  for (std::int64_t src = 0; src < dies; ++src) {
    for (std::int64_t dst = 0; dst < dies; ++dst) {
      const Place from = place(src);
      const Place to = place(dst);
      const std::int64_t distance = std::abs(from.row - to.row) + std::abs(from.column - to.column);
      if (die_hops(route(fabric, src, dst)) != distance) FAIL(src << " to " << dst);
    }
  }
}

TEST_CASE("on the tile mesh every tile border on the way is crossed once", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  for (std::int64_t src = 0; src < dies; ++src) {
    for (std::int64_t dst = 0; dst < dies; ++dst) {
      const Place from = place(src);
      const Place to = place(dst);
      const std::int64_t borders =
          std::abs(from.row / 5 - to.row / 5) + std::abs(from.column / 5 - to.column / 5);
      const auto path = route(fabric, src, dst);
      const auto crossed = static_cast<std::int64_t>(path.size()) - die_hops(path);
      if (crossed != borders) FAIL(src << " to " << dst);
    }
  }
}

TEST_CASE("the dies of the tile mesh stand in places of their own", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  std::set<std::pair<std::int64_t, std::int64_t>> places;
  for (std::int64_t die = 0; die < dies; ++die) places.insert({place(die).row, place(die).column});
  CHECK(places.size() == dies);
}

TEST_CASE("consecutive dies of a tile are neighbours", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  for (std::int64_t die = 0; die + 1 < dies; ++die) {
    if ((die + 1) % 25 != 0) CHECK(route(fabric, die, die + 1).size() == 1);
  }
}

TEST_CASE("a tile mesh goes along the row before the column", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  // Die 0 at (0, 0), die 11 at (2, 1): right, down, down; two links out of one row are 60 apart.
  const auto path = route(fabric, 0, 11);
  REQUIRE(path.size() == 3);
  CHECK(path[0] == LinkId(0));
  CHECK(path[1] == LinkId(4 * 1 + 2));
  CHECK(path[2] == LinkId(4 * (15 + 1) + 2));
}

TEST_CASE("all dies along a tile's border share its edge", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  // Die 4 is the right end of row 0 of tile 0, die 25 the left end of row 0 of tile 1; dies 14 and
  // 35 the same in row 2.
  const auto upper = route(fabric, 4, 25);
  const auto lower = route(fabric, 14, 35);
  REQUIRE(upper.size() == 2);
  REQUIRE(lower.size() == 2);
  CHECK(upper[0] != lower[0]);
  CHECK(upper[1] == lower[1]);
  CHECK(fabric.link(upper[1]).bandwidth.value() == Approx(0.8 * 4.5e12).epsilon(1e-15));
  CHECK(fabric.link(upper[0]).bandwidth.value() == Approx(0.8 * 2e12).epsilon(1e-15));
}

TEST_CASE("a hop over a tile border costs the latency of one hop", "[hardware]") {
  const TileMesh fabric(dojo_tray(), 1);
  CHECK(latency(fabric, route(fabric, 4, 25)).value() == Approx(0.2e-6).epsilon(1e-15));
  CHECK(latency(fabric, route(fabric, 0, 4)).value() == Approx(0.8e-6).epsilon(1e-15));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a mesh that has another number of dies than the node is a broken contract",
          "[hardware]") {
  Node node = dojo_tray();
  node.accelerators = 149;
  CHECK_THROWS_AS(TileMesh(node, 1), ContractError);
}
#endif

}  // namespace trainyard::hardware
