// Clusters of Dojo trays whose interface processors stand at the border of the mesh.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "base/check.hpp"
#include "hardware/nodes.hpp"
#include "hardware/paths.hpp"

namespace trainyard::hardware {
namespace {

using Kinds = std::vector<std::string_view>;

constexpr std::int64_t mesh_links = 4 * (150 + 6);
constexpr std::int64_t up_links = mesh_links + 2 * 20;

Node with_shortcut(std::int64_t from_hops) {
  Node node = dojo_tray_with_processors();
  node.scale_up.shortcut_from_hops = from_hops;
  return node;
}

}  // namespace

TEST_CASE("processors at the border add a link out and one in for each", "[hardware]") {
  CHECK(Cluster(dojo_tray(), 2).links() == 2 * mesh_links + 2 * 40 + 2);
  const Cluster cluster(dojo_tray_with_processors(), 2);
  CHECK(cluster.links() == 2 * up_links + 2 * 40 + 2);
  CHECK(cluster.link(LinkId(mesh_links)).bandwidth.value() == Approx(0.8 * 900e9).epsilon(1e-15));
  CHECK(cluster.link(LinkId(mesh_links)).latency == Seconds(0.2e-6));
}

TEST_CASE("between trays a transfer crosses the mesh to its processor and from the other's",
          "[hardware]") {
  const Cluster cluster(dojo_tray_with_processors(), 2);
  // Die 14 stands at (2, 4): tenth die along the upper half is (4 x 5 + 2) x 10 / 75 = 2, whose
  // processor is at (0, 3). Die 0 stands at (0, 0) beside processor 0.
  const auto path = route(cluster, 14, 150);
  CHECK(kinds(cluster, path) == Kinds{"die edge", "die edge", "die edge", "processor out",
                                      "nic out", "nic in", "processor in"});
  const std::int64_t out = 2 * up_links;
  CHECK(path == std::vector{LinkId(4 * (2 * 15 + 4) + 1), LinkId(4 * (2 * 15 + 3) + 3),
                            LinkId(4 * (15 + 3) + 3), LinkId(mesh_links + 2 * 2),
                            LinkId(out + 2 * 2), LinkId(out + 2 * 20 + 1),
                            LinkId(up_links + mesh_links + 1)});
  CHECK(kinds(cluster, route(cluster, 150, 14)) == Kinds{"processor out", "nic out", "nic in",
                                                         "processor in", "die edge", "die edge",
                                                         "die edge"});
}

TEST_CASE("input data enters the mesh through the die's processor", "[hardware]") {
  const Cluster cluster(dojo_tray_with_processors(), 2);
  const auto path = ingest(cluster, 150 + 14);
  CHECK(kinds(cluster, path) ==
        Kinds{"ingest", "processor in", "die edge", "die edge", "die edge"});
  CHECK(path.front() == ingest(cluster, 150).front());
  CHECK(path[1] == LinkId(up_links + mesh_links + 2 * 2 + 1));
}

TEST_CASE("without a shortcut the mesh carries what stays in the tray", "[hardware]") {
  const Cluster cluster(dojo_tray_with_processors(), 1);
  const Cluster plain(dojo_tray(), 1);
  for (std::int64_t dst = 0; dst < 150; ++dst)
    CHECK(route(cluster, 7, dst) == route(plain, 7, dst));
}

TEST_CASE("from the hops given on, a transfer leaves the mesh by the network", "[hardware]") {
  const Cluster cluster(with_shortcut(14), 1);
  const Cluster plain(dojo_tray(), 1);
  // Die 0 at (0, 0); dies 54 and 53 at (0, 14) and (0, 13): 14 hops and 13.
  CHECK(kinds(cluster, route(cluster, 0, 54)) ==
        Kinds{"processor out", "nic out", "nic in", "processor in"});
  CHECK(route(cluster, 0, 53) == route(plain, 0, 53));
}

TEST_CASE("the shortcut crosses no link twice and joins all it should", "[hardware]") {
  const Cluster cluster(with_shortcut(8), 1);
  const Cluster plain(dojo_tray(), 1);
  for (std::int64_t src = 0; src < 150; ++src) {
    for (std::int64_t dst = 0; dst < 150; ++dst) {
      const auto path = route(cluster, src, dst);
      const auto on_mesh = route(plain, src, dst);
      const auto all = kinds(cluster, path);
      const auto edges = kinds(plain, on_mesh);
      const bool around = std::count(edges.begin(), edges.end(), "die edge") >= 8;
      if (std::set(path.begin(), path.end()).size() != path.size()) FAIL(src << " to " << dst);
      if (std::count(all.begin(), all.end(), "nic out") != (around ? 1 : 0)) {
        FAIL(src << " to " << dst);
      }
      if (!around && path != on_mesh) FAIL(src << " to " << dst);
    }
  }
}

TEST_CASE("two dies of one processor have no shortcut", "[hardware]") {
  Node node = with_shortcut(1);
  node.nics = 1;
  CHECK(kinds(Cluster(node, 1), route(Cluster(node, 1), 0, 1)) == Kinds{"die edge"});
}

TEST_CASE("a die whose interface is dead goes to the next processor", "[hardware]") {
  const Cluster cluster(dojo_tray_with_processors(), 2, {.interfaces = {{0, 0, 0}}});
  const auto path = route(cluster, 0, 150);
  // Processor 1 stands at (0, 2).
  CHECK(kinds(cluster, path) ==
        Kinds{"die edge", "die edge", "processor out", "nic out", "nic in", "processor in"});
  CHECK(path[2] == LinkId(mesh_links + 2));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a shortcut without processors is a broken contract", "[hardware]") {
  Node node = dojo_tray();
  node.scale_up.shortcut_from_hops = 8;
  CHECK_THROWS_AS(Cluster(node, 1), ContractError);
}
#endif

}  // namespace trainyard::hardware
