#include "scheduling/placement.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "base/catalog.hpp"
#include "scheduling/draw.hpp"

namespace trainyard::scheduling {
namespace {

using Pieces = std::vector<Piece>;

// Nodes of eight with so many idle accelerators, from node 0 on.
Nodes nodes(const std::vector<std::int64_t>& idle) {
  Nodes made(8);
  made.add(0, static_cast<std::int64_t>(idle.size()));
  for (std::size_t i = 0; i < idle.size(); ++i) {
    if (idle[i] < 8) made.take({static_cast<std::int64_t>(i), 1, 8 - idle[i]});
  }
  return made;
}

Place placement(std::string_view name) {
  return find_row(placements(), name)->place;
}

std::optional<Pieces> place(std::string_view name, const std::vector<std::int64_t>& idle,
                            std::int64_t accelerators, std::int64_t nodes_per_leaf = 0) {
  return placement(name)(nodes(idle), {accelerators, nodes_per_leaf});
}

std::int64_t accelerators(const Pieces& pieces) {
  return std::accumulate(
      pieces.begin(), pieces.end(), std::int64_t{0},
      [](std::int64_t sum, const Piece& piece) { return sum + piece.nodes * piece.each; });
}

}  // namespace

TEST_CASE("consolidate puts a small gang on the fullest node that holds it", "[scheduling]") {
  CHECK(place("consolidate", {8, 5, 3, 5, 1}, 4) == Pieces{{1, 1, 4}});
  CHECK(place("consolidate", {8, 5, 3, 5, 1}, 3) == Pieces{{2, 1, 3}});
  CHECK(place("consolidate", {8, 5, 3, 5, 1}, 6) == Pieces{{0, 1, 6}});
  CHECK_FALSE(place("consolidate", {5, 5, 5}, 6));
}

TEST_CASE("consolidate puts a large gang on the lowest wholly idle nodes", "[scheduling]") {
  CHECK(place("consolidate", {7, 8, 8, 0, 8, 8}, 24) == Pieces{{1, 2, 8}, {4, 1, 8}});
  CHECK_FALSE(place("consolidate", {7, 8, 8, 0, 7, 7}, 24));
}

TEST_CASE("consolidate puts the rest of a large gang on the emptiest node that is left",
          "[scheduling]") {
  CHECK(place("consolidate", {4, 8, 8, 8}, 12) == Pieces{{1, 1, 8}, {2, 1, 4}});
  CHECK(place("consolidate", {4, 8, 5, 5}, 12) == Pieces{{1, 1, 8}, {2, 1, 4}});
  CHECK(place("consolidate", {8, 3, 3}, 11) == Pieces{{0, 1, 8}, {1, 1, 3}});
  CHECK_FALSE(place("consolidate", {8, 3, 3}, 12));
  CHECK_FALSE(place("consolidate", {7, 7, 7}, 12));
}

TEST_CASE("spread puts a small gang on the emptiest node and never splits it", "[scheduling]") {
  CHECK(place("spread", {3, 5, 7, 7}, 1) == Pieces{{2, 1, 1}});
  CHECK(place("spread", {3, 5, 7, 7}, 7) == Pieces{{2, 1, 7}});
  CHECK_FALSE(place("spread", {3, 5, 7, 7}, 8));
}

TEST_CASE("spread takes as many nodes of one leaf as of another", "[scheduling]") {
  const std::vector<std::int64_t> idle(12, 8);
  CHECK(place("spread", idle, 48, 4) == Pieces{{0, 2, 8}, {4, 2, 8}, {8, 2, 8}});
  CHECK(place("spread", idle, 56, 4) == Pieces{{0, 3, 8}, {4, 2, 8}, {8, 2, 8}});
  CHECK(place("spread", idle, 16, 4) == Pieces{{0, 1, 8}, {4, 1, 8}});
  // The second leaf has one only.
  CHECK(place("spread", {8, 8, 8, 8, 8, 0, 0, 0, 8, 8, 8, 8}, 56, 4) ==
        Pieces{{0, 3, 8}, {4, 1, 8}, {8, 3, 8}});
  CHECK(place("spread", idle, 20, 4) == Pieces{{0, 1, 8}, {4, 1, 8}, {8, 1, 4}});
  CHECK(place("spread", {8, 8}, 16, 0) == Pieces{{0, 2, 8}});
}

TEST_CASE("pods keeps a gang below the leaf with the fewest idle nodes that suffice",
          "[scheduling]") {
  const std::vector<std::int64_t> idle{8, 8, 8, 8, 0, 8, 8, 8, 8, 8, 0, 0};
  CHECK(place("pods", idle, 16, 4) == Pieces{{8, 2, 8}});
  CHECK(place("pods", idle, 24, 4) == Pieces{{5, 3, 8}});
  CHECK(place("pods", idle, 32, 4) == Pieces{{0, 4, 8}});
}

TEST_CASE("pods takes as few leaves as possible where no leaf has enough", "[scheduling]") {
  const std::vector<std::int64_t> idle{8, 8, 8, 8, 0, 8, 8, 8, 8, 8, 0, 0};
  CHECK(place("pods", idle, 48, 4) == Pieces{{0, 4, 8}, {8, 2, 8}});
  CHECK(place("pods", idle, 44, 4) == Pieces{{0, 4, 8}, {8, 1, 8}, {9, 1, 4}});
  CHECK(place("pods", idle, 72, 4) == Pieces{{0, 4, 8}, {5, 3, 8}, {8, 2, 8}});
  CHECK_FALSE(place("pods", idle, 80, 4));
}

// Of a random floor, gang after gang until none fits.
TEST_CASE("placements give gangs exactly what they ask for, from what is idle", "[scheduling]") {
  for (const PlacementRow& row : placements()) {
    CAPTURE(row.name);
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      Draw draw(seed);
      Nodes floor(8);
      floor.add(draw.whole(0, 5), draw.whole(1, 40));
      const std::int64_t nodes_per_leaf = draw.whole(0, 7);
      for (int step = 0; step < 30; ++step) {
        const std::int64_t size = draw.whole(1, draw.whole(1, 100));
        const std::int64_t idle = floor.idle();
        const auto pieces = row.place(floor, {size, nodes_per_leaf});
        REQUIRE(pieces == row.place(floor, {size, nodes_per_leaf}));
        if (!pieces) {
          // Where nodes are, whole or with as many idle, a gang fits.
          REQUIRE(floor.whole() < (size + 7) / 8);
          continue;
        }
        REQUIRE(accelerators(*pieces) == size);
        if (size <= 8) REQUIRE((pieces->size() == 1 && pieces->front().nodes == 1));
        for (const Piece& piece : *pieces) floor.take(piece);  // throws where they are not idle
        REQUIRE(floor.idle() == idle - size);
      }
    }
  }
}

TEST_CASE("placements want no more where a gang is smaller", "[scheduling]") {
  for (const PlacementRow& row : placements()) {
    CAPTURE(row.name);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Draw draw(seed);
      std::vector<std::int64_t> idle;
      for (int i = 0; i < 8; ++i) idle.push_back(draw.whole(0, 3) == 0 ? draw.whole(0, 7) : 8);
      bool fitted = true;
      for (std::int64_t size = 1; size <= 64; ++size) {
        const bool fits = place(row.name, idle, size, 4).has_value();
        REQUIRE((fitted || !fits));
        fitted = fits;
      }
    }
  }
}

}  // namespace trainyard::scheduling
