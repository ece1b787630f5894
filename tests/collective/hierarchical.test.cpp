#include "collective/hierarchical.hpp"

#include <catch2/catch.hpp>

#include "collective/contributions.hpp"

namespace trainyard::collective {
namespace {

std::vector<std::int64_t> evenly(std::int64_t nodes, std::int64_t each) {
  std::vector<std::int64_t> node_of;
  for (std::int64_t i = 0; i < nodes * each; ++i) node_of.push_back(i / each);
  return node_of;
}

}  // namespace

TEST_CASE("hierarchical all-reduce sends (g - 1) / g, 2 (k - 1) / (k g) and (g - 1) / g",
          "[collective]") {
  const auto phases = hierarchical(evenly(3, 4));
  REQUIRE(phases.size() == 3);
  CHECK(phases[0].share == Approx(3.0 / 4).epsilon(1e-15));
  CHECK(phases[0].steps == 3);
  CHECK(phases[1].share == Approx(2 * 2.0 / (3 * 4)).epsilon(1e-15));
  CHECK(phases[1].steps == 4);
  CHECK(phases[2].share == phases[0].share);
  CHECK(phases[2].steps == 3);
}

TEST_CASE("hierarchical all-reduce sends no more than a ring in all", "[collective]") {
  for (std::int64_t nodes = 2; nodes < 6; ++nodes) {
    for (std::int64_t each = 2; each < 9; ++each) {
      double sum = 0;
      for (const Phase& phase : hierarchical(evenly(nodes, each))) sum += phase.share;
      const auto n = static_cast<double>(nodes * each);
      CHECK(sum == Approx(2 * (n - 1) / n).epsilon(1e-14));
    }
  }
}

TEST_CASE("hierarchical all-reduce leaves the node in its middle phase only", "[collective]") {
  for (const std::vector<std::int64_t>& node_of :
       {evenly(3, 4), std::vector<std::int64_t>{0, 1, 2, 0, 1, 2}}) {
    const auto phases = hierarchical(node_of);
    REQUIRE(phases.size() == 3);
    for (std::size_t i = 0; i < node_of.size(); ++i) {
      const auto node_of_next = [&](std::size_t phase) {
        return node_of[static_cast<std::size_t>(phases[phase].next[i])];
      };
      CHECK(node_of_next(0) == node_of[i]);
      CHECK(node_of_next(1) != node_of[i]);
      CHECK(node_of_next(2) == node_of[i]);
    }
  }
}

TEST_CASE("hierarchical all-reduce needs several nodes with several members, as many on each",
          "[collective]") {
  CHECK(hierarchical(evenly(1, 8)).empty());
  CHECK(hierarchical(evenly(8, 1)).empty());
  CHECK(hierarchical(std::vector<std::int64_t>{0, 0, 0, 1, 1}).empty());
}

TEST_CASE("after a hierarchical all-reduce every rank has every contribution", "[collective]") {
  for (std::size_t k = 2; k < 5; ++k) {
    for (std::size_t g = 2; g < 5; ++g) {
      const auto phases =
          hierarchical(evenly(static_cast<std::int64_t>(k), static_cast<std::int64_t>(g)));
      // k g chunks: piece p of g inside a node is the k chunks from p k on.
      std::vector<std::vector<std::size_t>> inside(g);
      for (std::size_t chunk = 0; chunk < k * g; ++chunk) inside[chunk / k].push_back(chunk);
      Contributions ranks(k * g, k * g);
      ranks.reduce_scatter(rings(phases[0]), inside);
      // Place p of every node now has piece p + 1 of its node whole; sum it across nodes.
      const auto across = rings(phases[1]);
      REQUIRE(across.size() == g);
      for (std::size_t place = 0; place < g; ++place) {
        std::vector<std::vector<std::size_t>> chunks;
        for (const std::size_t chunk : inside[(place + 1) % g]) chunks.push_back({chunk});
        ranks.reduce_scatter({across[place]}, chunks);
        ranks.all_gather({across[place]}, chunks);
      }
      ranks.all_gather(rings(phases[2]), inside);
      CHECK(ranks.complete());
      for (const std::size_t chunks : ranks.sent()) {
        CHECK(static_cast<double>(chunks) / static_cast<double>(k * g) ==
              Approx(phases[0].share + phases[1].share + phases[2].share).epsilon(1e-14));
      }
    }
  }
}

}  // namespace trainyard::collective
