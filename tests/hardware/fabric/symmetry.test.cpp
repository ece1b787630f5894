// The law that folding rests on, over every fabric that has it: parts that can be exchanged change
// routes by exchanging links alike, and by nothing else.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "hardware/cluster.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

using Order = std::vector<std::int64_t>;

Order shuffled(std::int64_t n, std::mt19937& random) {
  Order order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  return order;
}

// Whole blocks exchanged, each in its order; a last one that is not full stays.
Order whole_blocks(std::int64_t nodes, std::int64_t block, std::mt19937& random) {
  Order order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  const Order blocks = shuffled(nodes / block, random);
  for (std::size_t i = 0; i < blocks.size() * static_cast<std::size_t>(block); ++i) {
    const auto node = static_cast<std::int64_t>(i);
    order[i] = blocks[static_cast<std::size_t>(node / block)] * block + node % block;
  }
  return order;
}

std::int64_t at(const Order& order, std::int64_t i) {
  return order[static_cast<std::size_t>(i)];
}

void check_fabric(const Fabric& fabric, std::int64_t nodes, std::int64_t per_node) {
  std::mt19937 random(7);
  for (int repetition = 0; repetition < 5; ++repetition) {
    const Order node_to = whole_blocks(nodes, fabric.block(), random);
    const Order port_to = fabric.ports_alike() ? shuffled(per_node, random)
                                               : whole_blocks(per_node, per_node, random);
    const auto moved = [&](std::int64_t port) {
      return at(node_to, port / per_node) * per_node + at(port_to, port % per_node);
    };
    for (std::int64_t src = 0; src < nodes * per_node; ++src) {
      for (std::int64_t dst = 0; dst < nodes * per_node; ++dst) {
        auto path = route(fabric, src, dst);
        for (LinkId& link : path) {
          const LinkId to = fabric.moved(link, node_to, port_to);
          if (fabric.kind_of(to) != fabric.kind_of(link)) FAIL(src << " to " << dst);
          if (fabric.link(to).bandwidth != fabric.link(link).bandwidth) FAIL(src << " to " << dst);
          if (fabric.link(to).latency != fabric.link(link).latency) FAIL(src << " to " << dst);
          link = to;
        }
        if (path != route(fabric, moved(src), moved(dst))) FAIL(src << " to " << dst);
      }
    }
  }
}

Node node_with(const FabricRow& row, std::int64_t nodes_per_leaf) {
  Node node = clos_node();
  node.scale_out.nodes_per_leaf = nodes_per_leaf;
  (row.scale == Scale::up ? node.scale_up.kind : node.scale_out.kind) = row.name;
  return node;
}

bool has_blocks(const FabricRow& row) {
  return row.name != "tile_mesh" && row.name != "torus" && row.name != "custom";
}

// As check_fabric, of accelerators and the links of all kinds.
void check_cluster(const Cluster& cluster) {
  std::mt19937 random(11);
  const std::int64_t per_node = cluster.node().accelerators;
  const Order node_to = whole_blocks(cluster.nodes(), cluster.block(), random);
  const Order port_to =
      cluster.ports_alike() ? shuffled(per_node, random) : whole_blocks(per_node, per_node, random);
  const auto moved = [&](std::int64_t accelerator) {
    return at(node_to, accelerator / per_node) * per_node + at(port_to, accelerator % per_node);
  };
  const auto check = [&](std::vector<LinkId> path, const std::vector<LinkId>& expected) {
    for (LinkId& link : path) {
      const LinkId to = cluster.moved(link, node_to, port_to);
      if (cluster.kind_of(to) != cluster.kind_of(link)) FAIL("link " << link.value());
      link = to;
    }
    if (path != expected) FAIL("another path");
  };
  for (std::int64_t src = 0; src < cluster.accelerators(); ++src) {
    std::vector<LinkId> input;
    std::vector<LinkId> input_moved;
    cluster.ingest(src, input);
    cluster.ingest(moved(src), input_moved);
    check(input, input_moved);
    for (std::int64_t dst = 0; dst < cluster.accelerators(); ++dst) {
      std::vector<LinkId> path;
      std::vector<LinkId> path_moved;
      cluster.route(src, dst, path);
      cluster.route(moved(src), moved(dst), path_moved);
      check(path, path_moved);
    }
  }
}

}  // namespace

TEST_CASE("in every fabric with blocks these and like ports can be exchanged", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    CAPTURE(row.name);
    const std::int64_t nodes = row.scale == Scale::up ? 1 : 9;
    for (const std::int64_t nodes_per_leaf : {1, 2, 5, 9}) {
      if (!has_blocks(row)) continue;
      const Node node = node_with(row, nodes_per_leaf);
      const auto fabric = row.make(node, nodes);
      REQUIRE(fabric->block() > 0);
      check_fabric(*fabric, nodes, row.scale == Scale::up ? node.accelerators : node.nics);
    }
  }
}

TEST_CASE("a fabric where nodes differ says so", "[hardware]") {
  for (const FabricRow& row : fabrics()) {
    if (has_blocks(row)) continue;
    const Node node = row.name == "tile_mesh" ? dojo_tray()
                      : row.name == "torus"   ? torus_node({3, 2})
                                              : custom_node();
    const auto fabric = row.make(node, 6);
    CHECK(fabric->block() == 0);
    CHECK_FALSE(fabric->ports_alike());
    CHECK(fabric->exits() == nullptr);
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("to exchange what has no symmetry is a broken contract", "[hardware]") {
  const Order same{0, 1, 2, 3, 4, 5};
  const auto fabric = find_row(fabrics(), "torus")->make(torus_node({3, 2}), 6);
  CHECK_THROWS_AS(fabric->moved(LinkId(0), same, same), ContractError);
  CHECK_THROWS_AS(Cluster(torus_node({3, 2}), 6).moved(LinkId(0), same, same), ContractError);
}
#endif

TEST_CASE("a block is the smallest part that all others are like", "[hardware]") {
  const auto block = [](std::string_view kind, std::int64_t nodes_per_leaf, std::int64_t nodes) {
    return find_row(fabrics(), kind)
        ->make(node_with(*find_row(fabrics(), kind), nodes_per_leaf), nodes)
        ->block();
  };
  CHECK(block("star", 2, 9) == 1);
  CHECK(block("rail_leaf_spine", 2, 9) == 2);
  CHECK(block("rail_leaf_spine", 9, 9) == 1);
  CHECK(block("fat_tree", 2, 9) == 2);
  CHECK(block("fat_tree", 9, 9) == 1);
  CHECK(block("clos", 2, 9) == 4);
  CHECK(block("clos", 2, 4) == 2);
  CHECK(block("clos", 9, 9) == 1);
}

TEST_CASE("in a cluster like nodes and accelerators can be exchanged", "[hardware]") {
  Node shared = dgx(2);  // two accelerators to an interface: these are not all alike
  shared.nics = 4;
  Node mesh = clos_node();
  mesh.scale_up.kind = "full_mesh";
  for (const Node& node : {dgx(2), dgx(16), clos_node(), mesh, shared}) {
    const Cluster cluster(node, 9);
    REQUIRE(cluster.block() > 0);
    CHECK(cluster.symmetric());
    CHECK(cluster.ports_alike() == (node.nics == 8));
    check_cluster(cluster);
  }
}

TEST_CASE("trays of a mesh can be exchanged, their dies cannot", "[hardware]") {
  for (const Node& node : {dojo_tray(), dojo_tray_with_processors()}) {
    const Cluster cluster(node, 3);
    CHECK(cluster.block() == 1);
    CHECK_FALSE(cluster.ports_alike());
    check_cluster(cluster);
  }
}

}  // namespace trainyard::hardware
