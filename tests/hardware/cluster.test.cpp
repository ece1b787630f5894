#include "hardware/cluster.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "base/check.hpp"
#include "hardware/nodes.hpp"
#include "hardware/paths.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int64_t up_links = 16;  // of a DGX node

}  // namespace

TEST_CASE("a cluster numbers all its links once: scale-up, scale-out, ingest", "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  CHECK(cluster.accelerators() == 24);
  const std::int64_t out_links = 2 * (3 * 8 + 2 * 8);
  CHECK(cluster.links() == 3 * up_links + out_links + 3);
  std::set<LinkId> used;
  for (std::int64_t src = 0; src < 24; ++src) {
    for (std::int64_t dst = 0; dst < 24; ++dst) {
      for (const LinkId link : route(cluster, src, dst)) used.insert(link);
    }
    for (const LinkId link : ingest(cluster, src)) used.insert(link);
  }
  CHECK(used.begin()->value() == 0);
  CHECK(used.rbegin()->value() == cluster.links() - 1);
  CHECK(static_cast<std::int64_t>(used.size()) == cluster.links());
}

TEST_CASE("transfers inside a node use that node's scale-up links only", "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  CHECK(route(cluster, 8 + 3, 8 + 5) == std::vector{LinkId(up_links + 6), LinkId(up_links + 11)});
  CHECK(route(cluster, 9, 9).empty());
  CHECK(cluster.link(LinkId(up_links)).bandwidth.value() == Approx(0.8 * 450e9));
}

TEST_CASE("transfers between equal places of two nodes stay on their rail", "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  const auto same_leaf = route(cluster, 3, 8 + 3);
  const auto other_leaf = route(cluster, 3, 16 + 3);
  CHECK(same_leaf.size() == 2);
  CHECK(other_leaf.size() == 4);
  for (const LinkId link : other_leaf) CHECK(link.value() >= 3 * up_links);
}

TEST_CASE("a transfer to another rail hops through the sender's scale-up fabric first",
          "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  const auto path = route(cluster, 3, 8 + 5);
  REQUIRE(path.size() == 4);
  CHECK(path[0] == LinkId(6));
  CHECK(path[1] == LinkId(11));
  // From there on like the accelerator that sits on the rail.
  CHECK(std::vector(path.begin() + 2, path.end()) == route(cluster, 5, 8 + 5));
}

TEST_CASE("accelerators that share an interface share its links", "[hardware]") {
  Node node = dgx(2);
  node.nics = 4;
  const Cluster cluster(node, 2);
  CHECK(route(cluster, 0, 8) == route(cluster, 1, 9));
  CHECK(route(cluster, 0, 9) == route(cluster, 0, 8));
  CHECK(route(cluster, 0, 8) != route(cluster, 2, 10));
}

TEST_CASE("a Dojo tray's 150 dies share 20 interfaces as evenly as possible", "[hardware]") {
  const Cluster cluster(dojo_tray(), 2);
  std::map<LinkId, int> users;
  for (std::int64_t die = 0; die < 150; ++die) ++users[route(cluster, die, 150 + die).at(0)];
  CHECK(users.size() == 20);
  for (const auto& [link, count] : users) CHECK((count == 7 || count == 8));
}

TEST_CASE("all accelerators of a node take their input through one link", "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  CHECK(ingest(cluster, 8) == ingest(cluster, 15));
  CHECK(ingest(cluster, 8) != ingest(cluster, 16));
  const Link link = cluster.link(ingest(cluster, 8).front());
  CHECK(link.bandwidth == BytesPerSecond(512e9));
  CHECK(link.latency == Seconds(0));
}

TEST_CASE("every link of a cluster has bandwidth", "[hardware]") {
  for (const Node& node : {dgx(2, 4), dojo_tray()}) {
    const Cluster cluster(node, 3);
    for (std::int64_t i = 0; i < cluster.links(); ++i) {
      if (cluster.link(LinkId(i)).bandwidth <= BytesPerSecond(0)) FAIL("link " << i);
    }
  }
}

TEST_CASE("a cluster knows what each link is and whether it stays inside a node", "[hardware]") {
  const Cluster cluster(dgx(2), 3);
  const auto path = route(cluster, 3, 16 + 5);
  CHECK(kinds(cluster, path) == std::vector<std::string_view>{"scale-up port out",
                                                              "scale-up port in", "nic out",
                                                              "leaf up", "leaf down", "nic in"});
  CHECK(cluster.inside(path[0]));
  CHECK(cluster.inside(path[1]));
  CHECK_FALSE(cluster.inside(path[2]));
  CHECK(kinds(cluster, ingest(cluster, 3)) == std::vector<std::string_view>{"ingest"});
  CHECK_FALSE(cluster.inside(ingest(cluster, 3).front()));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a cluster of no nodes or of an unknown fabric is a broken contract", "[hardware]") {
  CHECK_THROWS_AS(Cluster(dgx(), 0), ContractError);
  Node node = dgx();
  node.scale_up.kind = "string";
  CHECK_THROWS_AS(Cluster(node, 1), ContractError);
}
#endif

}  // namespace trainyard::hardware
