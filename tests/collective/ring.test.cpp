#include "collective/ring.hpp"

#include <catch2/catch.hpp>

#include "collective/contributions.hpp"

namespace trainyard::collective {
namespace {

Phase ring_of(std::size_t members) {
  const std::vector<std::int64_t> node_of(members, 0);
  return ring(node_of).at(0);
}

}  // namespace

TEST_CASE("ring all-reduce sends 2 (n - 1) / n of the buffer from each rank", "[collective]") {
  for (const std::size_t members : {2U, 3U, 8U, 1000U}) {
    const auto n = static_cast<double>(members);
    CHECK(ring_of(members).share == Approx(2 * (n - 1) / n).epsilon(1e-15));
    CHECK(ring_of(members).steps == 2 * (n - 1));
  }
}

TEST_CASE("a ring passes through its members in order", "[collective]") {
  CHECK(ring_of(4).next == std::vector<std::int64_t>{1, 2, 3, 0});
}

TEST_CASE("after a ring's reduce-scatter and all-gather every rank has every contribution",
          "[collective]") {
  for (const std::size_t members : {2U, 3U, 4U, 7U, 12U}) {
    const Phase phase = ring_of(members);
    std::vector<std::vector<std::size_t>> pieces;
    for (std::size_t i = 0; i < members; ++i) pieces.push_back({i});
    Contributions ranks(members, members);
    ranks.reduce_scatter(rings(phase), pieces);
    CHECK_FALSE(ranks.complete());
    ranks.all_gather(rings(phase), pieces);
    CHECK(ranks.complete());
    for (const std::size_t chunks : ranks.sent()) {
      CHECK(static_cast<double>(chunks) / static_cast<double>(members) ==
            Approx(phase.share).epsilon(1e-15));
    }
  }
}

}  // namespace trainyard::collective
