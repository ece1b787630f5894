#include "hardware/fabric/torus.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/check.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

// Of nodes, each with eight interfaces.
std::vector<LinkId> path(const Torus& torus, std::int64_t src, std::int64_t dst) {
  return route(torus, 8 * src, 8 * dst);
}

std::int64_t round(std::int64_t a, std::int64_t b, std::int64_t size) {
  const std::int64_t apart = std::abs(a - b);
  return std::min(apart, size - apart);
}

}  // namespace

TEST_CASE("a torus has two links in each dimension out of each node of its shape", "[hardware]") {
  CHECK(Torus(torus_node({5}), 5).links() == 2 * 5);
  CHECK(Torus(torus_node({8, 8}), 3).links() == 2 * 2 * 64);
  CHECK(Torus(torus_node({16, 16, 16}), 4096).links() == 2 * 3 * 4096);
}

TEST_CASE("a torus route is as long as the way round each dimension", "[hardware]") {
  const Torus torus(torus_node({4, 3, 5}), 60);
  for (std::int64_t src = 0; src < 60; ++src) {
    for (std::int64_t dst = 0; dst < 60; ++dst) {
      const std::int64_t hops = round(src / 15, dst / 15, 4) + round(src / 5 % 3, dst / 5 % 3, 3) +
                                round(src % 5, dst % 5, 5);
      if (static_cast<std::int64_t>(path(torus, src, dst).size()) != hops) {
        FAIL(src << " to " << dst);
      }
    }
  }
}

TEST_CASE("each link of a torus route starts where the last one ended", "[hardware]") {
  const std::vector<std::int64_t> shape{4, 3, 5};
  const std::vector<std::int64_t> stride{15, 5, 1};
  const Torus torus(torus_node(shape), 60);
  for (std::int64_t src = 0; src < 60; ++src) {
    for (std::int64_t dst = 0; dst < 60; ++dst) {
      std::int64_t at = src;
      for (const LinkId link : path(torus, src, dst)) {
        if (link.value() / 6 != at) FAIL(src << " to " << dst);
        const std::size_t dimension = link.index() % 6 / 2;
        const std::int64_t size = shape[dimension];
        const std::int64_t from = at / stride[dimension] % size;
        const std::int64_t to = (from + (link.value() % 2 == 0 ? 1 : size - 1)) % size;
        at += (to - from) * stride[dimension];
      }
      if (at != dst) FAIL(src << " to " << dst);
    }
  }
}

TEST_CASE("a torus route goes along the last dimension first", "[hardware]") {
  // Nodes of a 4 x 5 torus: 0 at (0, 0), 7 at (1, 2). Links of node n: 4n down the first dimension,
  // 4n + 1 up it, 4n + 2 and 4n + 3 along the second.
  const Torus torus(torus_node({4, 5}), 20);
  CHECK(path(torus, 0, 7) == std::vector{LinkId(2), LinkId(4 * 1 + 2), LinkId(4 * 2)});
}

TEST_CASE("a torus route wraps where that is shorter", "[hardware]") {
  const Torus torus(torus_node({4, 5}), 20);
  // (0, 0) to (3, 4): left round to (0, 4), up round to (3, 4).
  CHECK(path(torus, 0, 19) == std::vector{LinkId(3), LinkId(4 * 4 + 1)});
}

TEST_CASE("halfway round a torus, neighbours take different ways", "[hardware]") {
  const Torus torus(torus_node({4}), 4);
  CHECK(path(torus, 0, 2) == std::vector{LinkId(0), LinkId(2)});
  CHECK(path(torus, 1, 3) == std::vector{LinkId(3), LinkId(1)});
}

TEST_CASE("under uniform traffic every link of an even torus carries as much", "[hardware]") {
  // n^2 / 8 pairs cross each link of a ring of n (Dally and Towles 2004, section 5.2).
  const Torus torus(torus_node({8}), 8);
  std::vector<int> load(16);
  for (std::int64_t src = 0; src < 8; ++src) {
    for (std::int64_t dst = 0; dst < 8; ++dst) {
      for (const LinkId link : path(torus, src, dst)) ++load[link.index()];
    }
  }
  CHECK(load == std::vector<int>(16, 8));
}

TEST_CASE("an interface of a torus is one link, shared by all of the node", "[hardware]") {
  const Torus torus(torus_node({4, 5}), 20);
  CHECK(route(torus, 0, 8) == route(torus, 7, 15));
  CHECK(route(torus, 0, 7).empty());
  CHECK(torus.link(LinkId(0)).bandwidth.value() == Approx(0.9 * 50e9).epsilon(1e-15));
  CHECK(torus.link(LinkId(0)).latency.value() == Approx(2.3e-6).epsilon(1e-15));
}

TEST_CASE("a torus joins no more nodes than its shape has", "[hardware]") {
  CHECK(torus_node({16, 16, 16}).scale_out.most_nodes() == 4096);
  CHECK(torus_node({8}).scale_out.most_nodes() == 8);
  CHECK(dgx().scale_out.most_nodes() == 0);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a torus without shape or too small is a broken contract", "[hardware]") {
  CHECK_THROWS_AS(Torus(torus_node({}), 1), ContractError);
  CHECK_THROWS_AS(Torus(torus_node({2, 2}), 5), ContractError);
}
#endif

}  // namespace trainyard::hardware
