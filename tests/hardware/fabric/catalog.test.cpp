#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int64_t nodes = 6;

Node node_for(const FabricRow& row) {
  const std::map<std::string_view, Node> examples{{"tile_mesh", dojo_tray()},
                                                  {"clos", clos_node()},
                                                  {"torus", torus_node({4, 3})},
                                                  {"custom", custom_node()}};
  const auto example = examples.find(row.name);
  Node node = example == examples.end() ? dgx(2, 3) : example->second;
  (row.scale == Scale::up ? node.scale_up.kind : node.scale_out.kind) = row.name;
  return node;
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

// Whether all interfaces of a node use the same links, so that they need none to each other.
bool joins_nodes(const FabricRow& row) {
  return row.name == "torus" || row.name == "custom";
}

}  // namespace

TEST_CASE("every fabric has a name and a line that says what it is", "[hardware]") {
  std::set<std::string_view> names;
  for (const FabricRow& row : fabrics()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
  CHECK(names.size() == 9);
}

TEST_CASE("in every fabric a route is empty exactly where both ports are one", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    const Node node = node_for(row);
    const auto fabric = row.make(node, nodes);
    const std::int64_t size = joins_nodes(row) ? node.nics : 1;
    CAPTURE(row.name);
    for (std::int64_t src = 0; src < ports(row, node); ++src) {
      for (std::int64_t dst = 0; dst < ports(row, node); ++dst) {
        if (route(*fabric, src, dst).empty() != (src / size == dst / size)) {
          FAIL(src << " to " << dst);
        }
      }
    }
  }
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
    if (latency(fabric, there).value() != Approx(latency(fabric, back).value()).epsilon(1e-14)) {
      FAIL(src << " to " << dst);
    }
    const std::set<LinkId> crossed(there.begin(), there.end());
    for (const LinkId link : back) {
      if (crossed.contains(link)) FAIL("link " << link.value() << " is used both ways");
    }
  });
}

TEST_CASE("a route over switches climbs, then descends", "[hardware]") {
  const std::vector<std::string_view> order{
      "scale-up port out", "nic out",   "leaf up", "pod up",
      "pod down",          "leaf down", "nic in",  "scale-up port in"};
  for_every_pair([&](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    auto last = order.begin();
    for (const LinkId link : route(fabric, src, dst)) {
      const auto place = std::find(order.begin(), order.end(), fabric.kind_of(link));
      if (place == order.end()) return;  // no switches here
      if (place < last) FAIL(src << " to " << dst);
      last = place + 1;
    }
  });
}

TEST_CASE("every link of every fabric has bandwidth, no negative latency, and a kind",
          "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    const auto fabric = row.make(node_for(row), nodes);
    CAPTURE(row.name);
    REQUIRE(fabric->links() > 0);
    for (std::int64_t i = 0; i < fabric->links(); ++i) {
      const Link link = fabric->link(LinkId(i));
      if (link.bandwidth <= BytesPerSecond(0) || link.latency < Seconds(0)) FAIL("link " << i);
      if (fabric->kind_of(LinkId(i)).empty()) FAIL("link " << i);
    }
  }
}

TEST_CASE("links inside a node and between nodes are never of one kind", "[hardware]") {
  std::map<std::string_view, Scale> scale;
  for (const FabricRow& row : fabrics()) {
    const auto fabric = row.make(node_for(row), nodes);
    for (std::int64_t i = 0; i < fabric->links(); ++i) {
      const auto [known, added] = scale.emplace(fabric->kind_of(LinkId(i)), row.scale);
      if (known->second != row.scale) FAIL(known->first);
    }
  }
}

TEST_CASE("every fabric's routes take time to cross", "[hardware]") {
  for_every_pair([](const Fabric& fabric, std::int64_t src, std::int64_t dst) {
    const auto path = route(fabric, src, dst);
    if (!path.empty() && latency(fabric, path) <= Seconds(0)) FAIL(src);
  });
}

TEST_CASE("a route is appended to the path that is there", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    const Node node = node_for(row);
    const auto fabric = row.make(node, nodes);
    const std::int64_t last = ports(row, node) - 1;
    std::vector<LinkId> path{LinkId(77)};
    fabric->route(0, last, path);
    CHECK(path.front() == LinkId(77));
    CHECK(path.size() == 1 + route(*fabric, 0, last).size());
    CHECK(path.size() > 1);
  }
}

}  // namespace trainyard::hardware
