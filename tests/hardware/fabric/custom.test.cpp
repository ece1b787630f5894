#include "hardware/fabric/custom.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

// Of nodes, each with eight interfaces.
std::vector<LinkId> path(const Custom& network, std::int64_t src, std::int64_t dst) {
  return route(network, 8 * src, 8 * dst);
}

Graph::Edge edge(std::int64_t from, std::int64_t to, bool one_way = false) {
  return {from, to, BytesPerSecond(100e9), Seconds(1e-6), one_way};
}

}  // namespace

TEST_CASE("in a custom network a transfer takes the shortest path, through nodes too",
          "[hardware]") {
  const Custom network(custom_node(), 6);
  CHECK(network.links() == 2 * 7);
  // Edges 0 to 6 have links 2e there and 2e + 1 back.
  CHECK(path(network, 0, 2) == std::vector{LinkId(0), LinkId(5)});
  CHECK(path(network, 0, 3) == std::vector{LinkId(0), LinkId(12), LinkId(7)});
  CHECK(path(network, 5, 1) == std::vector{LinkId(10), LinkId(8), LinkId(13), LinkId(3)});
}

TEST_CASE("of equally short paths a custom network takes the edge named first", "[hardware]") {
  const Graph square{
      .nodes = 2, .switches = 2, .edges = {edge(0, 3), edge(0, 2), edge(2, 1), edge(3, 1)}};
  const Custom network(custom_node(square), 2);
  CHECK(path(network, 0, 1) == std::vector{LinkId(0), LinkId(6)});
  CHECK(path(network, 1, 0) == std::vector{LinkId(5), LinkId(3)});
}

TEST_CASE("a one-way edge is one link, and the way back another", "[hardware]") {
  const Graph ring{.nodes = 3, .edges = {edge(0, 1, true), edge(1, 2, true), edge(2, 0, true)}};
  const Custom network(custom_node(ring), 3);
  CHECK(network.links() == 3);
  CHECK(path(network, 1, 0) == std::vector{LinkId(1), LinkId(2)});
}

TEST_CASE("an edge has its own bandwidth and costs the latency of what it joins", "[hardware]") {
  const Custom network(custom_node(), 6);
  CHECK(network.link(LinkId(0)).bandwidth.value() == Approx(0.9 * 100e9).epsilon(1e-15));
  // Node 0 to switch 6; switch 6 to switch 7; node 5 to node 4.
  CHECK(network.link(LinkId(0)).latency.value() == Approx(1e-6 + 1e-6 + 0.15e-6).epsilon(1e-14));
  CHECK(network.link(LinkId(12)).latency.value() == Approx(1e-6 + 0.3e-6).epsilon(1e-14));
  CHECK(network.link(LinkId(10)).latency.value() == Approx(1e-6 + 2e-6).epsilon(1e-14));
}

TEST_CASE("nodes that no path joins are found", "[hardware]") {
  CHECK_FALSE(unreachable(small_graph()));
  const auto apart = unreachable({.nodes = 4, .edges = {edge(0, 1), edge(2, 3)}});
  REQUIRE(apart);
  CHECK(apart->from == 2);
  CHECK(apart->to == 0);
  const auto one_way = unreachable({.nodes = 2, .edges = {edge(0, 1, true)}});
  REQUIRE(one_way);
  CHECK(one_way->from == 1);
  CHECK(one_way->to == 0);
}

TEST_CASE("a custom network joins no more nodes than it draws", "[hardware]") {
  CHECK(custom_node().scale_out.most_nodes() == 6);
#ifdef TRAINYARD_CHECKS
  CHECK_THROWS_AS(Custom(custom_node(), 7), ContractError);
  const Custom apart(custom_node({.nodes = 2, .edges = {edge(0, 1, true)}}), 2);
  CHECK_THROWS_AS(path(apart, 1, 0), ContractError);
#endif
}

}  // namespace trainyard::hardware
