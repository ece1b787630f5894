#include "hardware/fabric/clos.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "hardware/fabric/routes.hpp"
#include "hardware/nodes.hpp"

namespace trainyard::hardware {
namespace {

constexpr double nic = 0.9 * 50e9;

// Port of interface `place` of `node`.
std::int64_t port(std::int64_t node, std::int64_t place) {
  return 8 * node + place;
}

std::vector<std::string_view> kinds(const Fabric& fabric, const std::vector<LinkId>& path) {
  std::vector<std::string_view> all;
  for (const LinkId link : path) all.push_back(fabric.kind_of(link));
  return all;
}

}  // namespace

TEST_CASE("in a Clos network a transfer climbs no higher than it must", "[hardware]") {
  const auto made = clos(clos_node(), 8);
  const Fabric& fabric = *made;
  using Kinds = std::vector<std::string_view>;
  const auto leaf = route(fabric, port(0, 2), port(1, 5));
  const auto pod = route(fabric, port(0, 2), port(3, 2));
  const auto core = route(fabric, port(0, 2), port(4, 2));
  CHECK(kinds(fabric, leaf) == Kinds{"nic out", "nic in"});
  CHECK(kinds(fabric, pod) == Kinds{"nic out", "leaf up", "leaf down", "nic in"});
  CHECK(kinds(fabric, core) ==
        Kinds{"nic out", "leaf up", "pod up", "pod down", "leaf down", "nic in"});
  // One, three and five switches.
  CHECK(latency(fabric, leaf).value() == Approx(2e-6 + 0.3e-6).epsilon(1e-14));
  CHECK(latency(fabric, pod).value() == Approx(2e-6 + 3 * 0.3e-6).epsilon(1e-14));
  CHECK(latency(fabric, core).value() == Approx(2e-6 + 5 * 0.3e-6).epsilon(1e-14));
}

TEST_CASE("a Clos network numbers port links, leaf trunks, then pod trunks", "[hardware]") {
  const auto made = clos(clos_node(), 8);
  const Fabric& fabric = *made;
  constexpr std::int64_t ports = 8 * 8;
  CHECK(fabric.links() == 2 * (ports + 4 + 2));
  // Node 2 is on leaf 1 of pod 0, node 7 on leaf 3 of pod 1.
  CHECK(route(fabric, port(2, 1), port(7, 0)) ==
        std::vector{LinkId(2 * 17), LinkId(2 * (ports + 1)), LinkId(2 * (ports + 4)),
                    LinkId(2 * (ports + 5) + 1), LinkId(2 * (ports + 3) + 1), LinkId(2 * 56 + 1)});
}

TEST_CASE("one pod needs no trunks above it", "[hardware]") {
  CHECK(clos(clos_node(), 4)->links() == 2 * (4 * 8 + 2));
}

TEST_CASE("oversubscription of leaves and of pods multiply", "[hardware]") {
  Node node = clos_node();
  node.scale_out.oversubscription = 2;
  node.scale_out.pod_oversubscription = 7;
  const auto made = clos(node, 8);
  const auto path = route(*made, port(0, 0), port(4, 0));
  CHECK(made->link(path.at(0)).bandwidth.value() == Approx(nic).epsilon(1e-15));
  CHECK(made->link(path.at(1)).bandwidth.value() == Approx(2 * 8 * nic / 2).epsilon(1e-15));
  CHECK(made->link(path.at(2)).bandwidth.value() ==
        Approx(2 * 2 * 8 * nic / (2 * 7)).epsilon(1e-15));
}

TEST_CASE("Llama 3's pod of 3,072 GPUs has a seventh of its bandwidth above it", "[hardware]") {
  // arXiv 2407.21783, 3.3.1: 192 racks of two servers to a pod, eight pods, 1:7 between.
  Node node = clos_node();
  node.scale_out.leaves_per_pod = 192;
  node.scale_out.pod_oversubscription = 7;
  const auto made = clos(node, 3072);
  CHECK(made->block() * 8 == 3072);
  const LinkId up = route(*made, port(0, 0), port(384, 0)).at(2);
  CHECK(made->link(up).bandwidth.value() == Approx(3072 * nic / 7).epsilon(1e-14));
}

TEST_CASE("all interfaces of a fat tree's node share the trunk of one leaf", "[hardware]") {
  Node node = dgx(4, 2);
  node.scale_out.kind = "fat_tree";
  const auto made = fat_tree(node, 9);
  const Fabric& fabric = *made;
  CHECK(fabric.links() == 2 * (9 * 8 + 3));
  CHECK(route(fabric, port(0, 2), port(3, 5)).size() == 2);
  const auto path = route(fabric, port(0, 2), port(4, 2));
  REQUIRE(path.size() == 4);
  CHECK(path[1] == route(fabric, port(3, 7), port(4, 2))[1]);
  CHECK(fabric.link(path[1]).bandwidth.value() == Approx(4 * 8 * nic / 2).epsilon(1e-15));
  CHECK(latency(fabric, path).value() == Approx(2e-6 + 3 * 0.3e-6).epsilon(1e-14));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a Clos network of empty leaves or pods is a broken contract", "[hardware]") {
  CHECK_THROWS_AS(clos(dgx(0), 8), ContractError);
  CHECK_THROWS_AS(clos(dgx(2), 8), ContractError);
  CHECK_THROWS_AS(fat_tree(dgx(0), 8), ContractError);
}
#endif

}  // namespace trainyard::hardware
