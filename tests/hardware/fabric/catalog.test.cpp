#include <catch2/catch.hpp>
#include <set>

#include "hardware/fabric/routes.hpp"
#include "support/examples.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int64_t nodes = 5;

Node node_for(const FabricRow& row) {
  return row.name == "tile_mesh" ? examples::dojo_tray() : examples::dgx_h100(2, 3);
}

std::int64_t ports(const FabricRow& row, const Node& node) {
  return row.scale == Scale::up ? node.accelerators : node.nics * nodes;
}

template <class Check>
void for_every_pair(const Check& check) {
  for (const FabricRow& row : fabrics()) {
    const Node node = node_for(row);
    const auto fabric = row.make(node, nodes);
    CAPTURE(row.name);
    for (std::int64_t src = 0; src < ports(row, node); ++src) {
      for (std::int64_t dst = 0; dst < ports(row, node); ++dst) check(*fabric, src, dst);
    }
  }
}

}  // namespace

TEST_CASE("every fabric has a name and a line that says what it is", "[hardware]") {
  std::set<std::string_view> names;
  for (const FabricRow& row : fabrics()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
  CHECK(names.size() == 4);
}

TEST_CASE("in every fabric a route is empty exactly where both ports are one", "[hardware]") {
  for_every_pair([](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    if (route(fabric, src, dst).empty() != (src == dst)) FAIL(src << " to " << dst);
  });
}

TEST_CASE("in every fabric a route crosses known links, none of them twice", "[hardware]") {
  for_every_pair([](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    std::set<LinkId> crossed;
    for (const LinkId link : route(fabric, src, dst)) {
      if (link.value() < 0 || link.value() >= fabric.links()) FAIL("link " << link.value());
      if (!crossed.insert(link).second) FAIL("link " << link.value() << " twice");
    }
  });
}

TEST_CASE("in every fabric the way back is as long and shares no link with the way there",
          "[hardware]") {
  for_every_pair([](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    const auto there = route(fabric, src, dst);
    const auto back = route(fabric, dst, src);
    if (there.size() != back.size()) FAIL(src << " to " << dst);
    if (latency(fabric, there) != latency(fabric, back)) FAIL(src << " to " << dst);
    const std::set<LinkId> crossed(there.begin(), there.end());
    for (const LinkId link : back) {
      if (crossed.contains(link)) FAIL("link " << link.value() << " is used both ways");
    }
  });
}

TEST_CASE("every link of every fabric has bandwidth and no negative latency", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    const auto fabric = row.make(node_for(row), nodes);
    CAPTURE(row.name);
    REQUIRE(fabric->links() > 0);
    for (std::int64_t i = 0; i < fabric->links(); ++i) {
      const Link link = fabric->link(LinkId(i));
      if (link.bandwidth <= BytesPerSecond(0) || link.latency < Seconds(0)) FAIL("link " << i);
    }
  }
}

TEST_CASE("every fabric's routes take time to cross", "[hardware]") {
  for_every_pair([](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    if (src != dst && latency(fabric, route(fabric, src, dst)) <= Seconds(0)) FAIL(src);
  });
}

TEST_CASE("a route is appended to the path that is there", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    const auto fabric = row.make(node_for(row), nodes);
    std::vector<LinkId> path{LinkId(77)};
    fabric->route(0, 1, path);
    CHECK(path.front() == LinkId(77));
    CHECK(path.size() == 1 + route(*fabric, 0, 1).size());
  }
}

}  // namespace trainyard::hardware
