#include "hardware/faults.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "base/check.hpp"
#include "hardware/nodes.hpp"
#include "hardware/paths.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int64_t up_links = 16;

// Out of or into interface `nic` of `node` in a cluster of three nodes.
LinkId nic_out(std::int64_t node, std::int64_t nic) {
  return LinkId(3 * up_links + 2 * (8 * node + nic));
}
LinkId nic_in(std::int64_t node, std::int64_t nic) {
  return LinkId(nic_out(node, nic).value() + 1);
}

Cluster with(const Faults& faults) {
  return {dgx(4), 3, faults};
}

}  // namespace

TEST_CASE("nothing broken, nothing changed", "[hardware]") {
  const Cluster healthy(dgx(4), 3);
  CHECK(healthy.symmetric());
  CHECK(healthy.block() == 1);
  CHECK(healthy.ports_alike());
  CHECK(healthy.speed(2) == 1);
}

TEST_CASE("a cluster with any fault has no symmetry", "[hardware]") {
  for (const Faults& faults :
       {Faults{.interfaces = {{0, 0, 0.5}}}, Faults{.links = {{"nic in", 3, 0.5}}},
        Faults{.nodes = {{1, 0.9}}}}) {
    const Cluster cluster = with(faults);
    CHECK_FALSE(cluster.symmetric());
    CHECK(cluster.block() == 0);
    CHECK_FALSE(cluster.ports_alike());
  }
}

TEST_CASE("a degraded interface carries less both ways, its routes stay", "[hardware]") {
  const Cluster cluster = with({.interfaces = {{1, 2, 0.25}}});
  const double nic = 0.9 * 50e9;
  CHECK(cluster.link(nic_out(1, 2)).bandwidth.value() == Approx(nic / 4).epsilon(1e-15));
  CHECK(cluster.link(nic_in(1, 2)).bandwidth.value() == Approx(nic / 4).epsilon(1e-15));
  CHECK(cluster.link(nic_in(1, 3)).bandwidth.value() == Approx(nic).epsilon(1e-15));
  CHECK(route(cluster, 2, 8 + 2) == route(Cluster(dgx(4), 3), 2, 8 + 2));
}

TEST_CASE("a fault of a trunk counts the links of its kind", "[hardware]") {
  // Two nodes to a leaf: group 0 has leaves 0 to 7, node 2 is alone in group 1.
  const Cluster cluster(dgx(2), 3, {.links = {{"leaf up", 5, 0.5}}});
  const double trunk = 2 * 0.9 * 50e9;
  const auto up = [&](std::int64_t rail) {
    return cluster.link(route(cluster, rail, 16 + rail).at(1)).bandwidth.value();
  };
  CHECK(up(5) == Approx(trunk / 2).epsilon(1e-15));
  CHECK(up(4) == Approx(trunk).epsilon(1e-15));
  CHECK(cluster.link(route(cluster, 5, 16 + 5).at(2)).bandwidth.value() ==
        Approx(trunk).epsilon(1e-15));
}

TEST_CASE("the rail of a dead interface is replaced by the next at both ends", "[hardware]") {
  using Kinds = std::vector<std::string_view>;
  for (const std::int64_t broken : {0, 1}) {
    const Cluster cluster = with({.interfaces = {{broken, 3, 0}}});
    const auto path = route(cluster, 3, 8 + 3);
    CHECK(kinds(cluster, path) == Kinds{"scale-up port out", "scale-up port in", "nic out",
                                        "nic in", "scale-up port out", "scale-up port in"});
    CHECK(path == std::vector{LinkId(2 * 3), LinkId(2 * 4 + 1), nic_out(0, 4), nic_in(1, 4),
                              LinkId(up_links + 2 * 4), LinkId(up_links + 2 * 3 + 1)});
    // Where neither end has the broken interface, nothing changes.
    CHECK(route(cluster, 8 * (1 - broken) + 3, 16 + 3).size() == 2);
  }
}

TEST_CASE("a sender on the rail that replaces the dead one needs no hop", "[hardware]") {
  const Cluster cluster = with({.interfaces = {{1, 3, 0}}});
  CHECK(route(cluster, 4, 8 + 3) ==
        std::vector{nic_out(0, 4), nic_in(1, 4), LinkId(up_links + 8), LinkId(up_links + 7)});
}

TEST_CASE("two nodes with no living rail in common each use their own next one", "[hardware]") {
  Node node = dgx(4);
  node.nics = 2;
  const Cluster cluster(node, 2, {.interfaces = {{0, 0, 0}, {1, 1, 0}}});
  const auto all = kinds(cluster, route(cluster, 0, 8 + 7));
  CHECK(all == std::vector<std::string_view>{"scale-up port out", "scale-up port in", "nic out",
                                             "leaf up", "leaf down", "nic in", "scale-up port out",
                                             "scale-up port in"});
}

TEST_CASE("dead interfaces are never crossed, whatever their number", "[hardware]") {
  const Cluster cluster = with({.interfaces = {{0, 0, 0}, {0, 7, 0}, {1, 0, 0}, {2, 1, 0}}});
  const std::set<LinkId> dead{nic_out(0, 0), nic_in(0, 0), nic_out(0, 7), nic_in(0, 7),
                              nic_out(1, 0), nic_in(1, 0), nic_out(2, 1), nic_in(2, 1)};
  for (std::int64_t src = 0; src < 24; ++src) {
    for (std::int64_t dst = 0; dst < 24; ++dst) {
      const auto path = route(cluster, src, dst);
      if (path.empty() != (src == dst)) FAIL(src << " to " << dst);
      if (std::set(path.begin(), path.end()).size() != path.size()) FAIL(src << " to " << dst);
      for (const LinkId link : path) {
        if (dead.contains(link)) FAIL(src << " to " << dst);
      }
    }
  }
}

TEST_CASE("more interfaces than accelerators stand in for each other too", "[hardware]") {
  Node node = dgx(4);
  node.nics = 16;
  const Cluster cluster(node, 2, {.interfaces = {{0, 6, 0}}});
  // Accelerator 3 uses interface 6; interface 7 is nobody's own and next to the same accelerator.
  const auto path = route(cluster, 3, 8 + 3);
  CHECK(path == std::vector{LinkId(2 * up_links + 2 * 7), LinkId(2 * up_links + 2 * (16 + 7) + 1)});
}

TEST_CASE("a dead node is left out and the others move up", "[hardware]") {
  const Cluster cluster = with({.nodes = {{1, 0}}});
  CHECK(cluster.nodes() == 2);
  CHECK(cluster.accelerators() == 16);
  // The second working node is the third that stands there.
  CHECK(route(cluster, 0, 8) == std::vector{nic_out(0, 0), nic_in(2, 0)});
  CHECK(route(cluster, 8, 9) == std::vector{LinkId(2 * up_links), LinkId(2 * up_links + 3)});
  CHECK(ingest(cluster, 8) == std::vector{LinkId(cluster.links() - 1)});
}

TEST_CASE("a slow node is found by its place among those that work", "[hardware]") {
  const Cluster cluster = with({.nodes = {{0, 0}, {2, 0.8}}});
  CHECK(cluster.speed(0) == 1);
  CHECK(cluster.speed(1) == 0.8);
}

TEST_CASE("faults of what does not exist are objected to", "[hardware]") {
  const auto objected = [](const Faults& faults) { return objection(faults, dgx(2), 3); };
  CHECK(objected({}).empty());
  CHECK(objected({.interfaces = {{2, 7, 0}}, .links = {{"leaf up", 15, 0.5}}, .nodes = {{0, 0}}})
            .empty());
  CHECK(objected({.nodes = {{3, 0.5}}}) == "there is no node 3, they are numbered 0 to 2");
  CHECK(objected({.interfaces = {{3, 0, 0.5}}}) == "there is no node 3, they are numbered 0 to 2");
  CHECK(objected({.interfaces = {{0, 8, 0.5}}}) ==
        "there is no interface 8, they are numbered 0 to 7");
  CHECK(objected({.links = {{"leaf up", 16, 0.5}}}) ==
        "there is no \"leaf up\" link 16, they are numbered 0 to 15");
  CHECK(objected({.links = {{"leaf upp", 0, 0.5}}}) ==
        "no link of the fabric is a \"leaf upp\"; did you mean \"leaf up\"?");
}

TEST_CASE("faults that leave nothing, or a node cut off, are objected to", "[hardware]") {
  CHECK(objection({.nodes = {{0, 0}, {1, 0}}}, dgx(), 2) == "all nodes are dead");
  Node node = dgx();
  node.nics = 2;
  CHECK(objection({.interfaces = {{1, 0, 0}, {1, 1, 0}}}, node, 2) ==
        "node 1 has no living interface; call the node dead");
  CHECK(objection({.interfaces = {{1, 0, 0}, {1, 1, 0}}, .nodes = {{1, 0}}}, node, 2).empty());
}

TEST_CASE("a dead link is objected to", "[hardware]") {
  for (const double factor : {0.0, -0.5}) {
    CHECK(objection({.links = {{"leaf up", 0, factor}}}, dgx(2), 3) ==
          "a link cannot be dead: no traffic is led around it; give a bandwidth above 0");
  }
  CHECK(objection({.links = {{"leaf up", 0, 1e-3}}}, dgx(2), 3).empty());
}

TEST_CASE("where interfaces share a node's links none can break alone", "[hardware]") {
  CHECK(objection({.interfaces = {{0, 0, 0.5}}}, torus_node({2, 2}), 4) ==
        "interfaces of a torus share the node's links");
  CHECK(objection({.links = {{"torus link", 3, 0.5}}}, torus_node({2, 2}), 4).empty());
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("faults of what does not exist are broken contracts", "[hardware]") {
  CHECK_THROWS_AS(with({.nodes = {{3, 0.5}}}), ContractError);
  CHECK_THROWS_AS(with({.interfaces = {{0, 8, 0.5}}}), ContractError);
  CHECK_THROWS_AS(with({.interfaces = {{-1, 0, 0}}}), ContractError);
  CHECK_THROWS_AS(with({.links = {{"pod up", 0, 0.5}}}), ContractError);
  CHECK_THROWS_AS(with({.links = {{"leaf up", 8, 0.5}}}), ContractError);
  CHECK_THROWS_AS(with({.links = {{"leaf up", 0, 0}}}), ContractError);
  CHECK_THROWS_AS(with({.nodes = {{0, 0}, {1, 0}, {2, 0}}}), ContractError);
}
#endif

}  // namespace trainyard::hardware
