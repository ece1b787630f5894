// Clusters at several sites, and what joins them.
#include "hardware/footprint.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

WanLink link(const std::string& from, const std::string& to, double latency) {
  WanLink link;
  link.name = from + "-" + to;
  link.from = from;
  link.to = to;
  link.latency = Seconds(latency);
  link.bandwidth = BytesPerSecond(100e9);
  return link;
}

// Two clusters of 8 nodes in leaves of 4: here and there, which lies behind a third place.
struct Two {
  Cluster one{dgx(), 8};
  Cluster other{dgx(), 8};
  WideArea wide{.sites = {"here", "there"},
                .ports = {BytesPerSecond(50e9), BytesPerSecond(0)},
                .links = {link("here", "exchange", 0.01), link("there", "exchange", 0.02)}};

  [[nodiscard]] Footprint footprint(std::int64_t streams = 1) const {
    return Footprint({{&one, 0}, {&other, 1}}, wide, streams);
  }
};

std::vector<std::string> kinds(const Footprint& footprint, const Footprint::Way& way) {
  std::vector<std::string> kinds;
  for (const LinkId id : way.path) kinds.emplace_back(footprint.kind_of(id));
  return kinds;
}

}  // namespace

TEST_CASE("a single cluster keeps its numbers", "[hardware]") {
  const Cluster cluster(dgx(), 8);
  const Footprint footprint(cluster);
  for (std::int64_t i = 0; i < cluster.links(); i += 7) {
    CHECK(footprint.link(LinkId(i)).bandwidth == cluster.link(LinkId(i)).bandwidth);
    CHECK(footprint.kind_of(LinkId(i)) == cluster.kind_of(LinkId(i)));
  }
}

TEST_CASE("a transfer between sites crosses interfaces, fabrics, ports and links", "[hardware]") {
  const Two two;
  const Footprint footprint = two.footprint();
  const Footprint::Way way = footprint.way({0, 3}, {1, 60});
  CHECK(kinds(footprint, way) == std::vector<std::string>{"nic out", "leaf up", "site port",
                                                          "wan link", "wan link", "leaf down",
                                                          "nic in"});
  CHECK(way.propagation.value() == Approx(0.03));
  CHECK(footprint.link(way.path[2]).bandwidth == BytesPerSecond(50e9));
  CHECK(footprint.link(way.path[3]).bandwidth == BytesPerSecond(100e9));
  // Back again over other directions of the same links.
  const Footprint::Way back = footprint.way({1, 60}, {0, 3});
  for (const LinkId id : back.path) {
    for (const LinkId there : way.path) CHECK(id != there);
  }
}

TEST_CASE("what streams carry together limits one accelerator", "[hardware]") {
  Two two;
  two.wide.links[0].per_stream = BytesPerSecond(1e9);
  const Footprint footprint = two.footprint(16);
  const Footprint::Way way = footprint.way({0, 3}, {1, 60});
  REQUIRE(kinds(footprint, way)[2] == "wan streams");
  CHECK(footprint.link(way.path[2]).bandwidth == BytesPerSecond(16e9));
  // Accelerators have streams of their own, whichever they send to.
  CHECK(footprint.way({0, 3}, {1, 5}).path[2] == way.path[2]);
  CHECK(footprint.way({0, 4}, {1, 5}).path[2] != way.path[2]);
}

TEST_CASE("parts at one site meet at the tops of their fabrics", "[hardware]") {
  const Two two;
  const Footprint footprint({{&two.one, 0}, {&two.other, 0}}, two.wide, 1);
  const Footprint::Way way = footprint.way({0, 3}, {1, 60});
  CHECK(kinds(footprint, way) ==
        std::vector<std::string>{"nic out", "leaf up", "leaf down", "nic in"});
  CHECK(way.propagation == Seconds(0));
}

TEST_CASE("a fabric without a top is left by borders of its own", "[hardware]") {
  Node node = dgx();
  node.scale_out = {.name = "torus", .kind = "torus", .shape = {2, 2, 2}};
  const Cluster torus(node, 8);
  const Cluster other(dgx(), 8);
  const Footprint footprint({{&torus, 0}, {&other, 0}}, {{"here"}, {BytesPerSecond(0)}, {}}, 1);
  const Footprint::Way way = footprint.way({0, 9}, {1, 0});
  CHECK(kinds(footprint, way) == std::vector<std::string>{"border out", "leaf down", "nic in"});
  CHECK(footprint.link(way.path[0]).bandwidth == node.nic.bandwidth * node.nic.efficiency);
  CHECK(kinds(footprint, footprint.way({1, 0}, {0, 9})) ==
        std::vector<std::string>{"nic out", "leaf up", "border in"});
}

TEST_CASE("other traffic leaves the rest of a link", "[hardware]") {
  Two two;
  two.wide.links[0].background = BytesPerSecond(40e9);
  const Footprint footprint = two.footprint();
  const Footprint::Way way = footprint.way({0, 3}, {1, 60});
  CHECK(footprint.link(way.path[3]).bandwidth == BytesPerSecond(60e9));
}

TEST_CASE("routes take the way of least latency", "[hardware]") {
  const WanRoutes routes({"a", "b", "c"}, std::vector{link("a", "b", 0.05), link("a", "x", 0.01),
                                                      link("x", "b", 0.02)});
  CHECK(routes.between(0, 1).lanes == std::vector<WanLane>{2, 4});
  CHECK(routes.between(1, 0).lanes == std::vector<WanLane>{5, 3});
  CHECK(routes.between(0, 1).latency.value() == Approx(0.03));
  CHECK(routes.joined(0, 0));
  CHECK_FALSE(routes.joined(0, 2));
}

}  // namespace trainyard::hardware
