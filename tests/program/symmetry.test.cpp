#include "program/symmetry.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

hardware::Node on(const char* fabric, std::int64_t nodes_per_leaf, double oversubscription = 2) {
  hardware::Node node = examples::dgx_h100(nodes_per_leaf, oversubscription);
  node.scale_out.kind = fabric;
  node.scale_out.leaves_per_pod = 2;
  node.scale_out.pod_oversubscription = 2;
  return node;
}

// Listed with symmetry, over all ranks.
double share_kept(const hardware::Node& node, std::int64_t nodes,
                  const parallelism::Request& request) {
  const Lowered kept = lowered(examples::small_language(), node, nodes, request, Folding::classes);
  return static_cast<double>(kept.program.ranks()) / static_cast<double>(kept.plan.ranks());
}

}  // namespace

TEST_CASE("without symmetry every rank is listed in its place", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    REQUIRE(static_cast<std::int64_t>(example.program.ranks()) == example.plan.ranks());
    CHECK(example.program.copies == 1);
    std::set<std::int64_t> ranks(example.program.rank.begin(), example.program.rank.end());
    CHECK(ranks.size() == example.program.ranks());
  }
}

TEST_CASE("on a star one node of each stage and one of its rails is kept", "[program]") {
  CHECK(share_kept(on("star", 4), 8, examples::request(8, 2, 4)) == 2.0 / 64);
  CHECK(share_kept(on("star", 4), 8, examples::request(4, 2, 4)) == 4.0 / 64);
}

TEST_CASE("between leaves one leaf is kept, between pods one pod", "[program]") {
  // Tensor groups of 8 on 8 nodes, leaves of 2 nodes.
  CHECK(share_kept(on("rail_leaf_spine", 2), 8, examples::request(8, 1, 4)) == 2.0 / 64);
  CHECK(share_kept(on("fat_tree", 2), 8, examples::request(8, 1, 4)) == 2.0 / 64);
  // Pods of 2 leaves.
  CHECK(share_kept(on("clos", 2), 8, examples::request(8, 1, 4)) == 4.0 / 64);
}

TEST_CASE("what does not fill its blocks is kept whole but for its rails", "[program]") {
  CHECK(share_kept(on("rail_leaf_spine", 2), 7, examples::request(8, 1, 4)) == 1.0 / 8);
  CHECK(share_kept(on("fat_tree", 2), 7, examples::request(8, 1, 4)) == 1.0 / 8);
}

TEST_CASE("exchanges that begin at one member break the symmetry of peers", "[program]") {
  auto request = examples::request(8, 1, 4);
  request.algorithms.gradients = "double_binary_tree";
  CHECK(share_kept(on("star", 4), 8, request) == 1.0 / 8);
}

TEST_CASE("broken parts break every symmetry", "[program]") {
  const hardware::Faults faults{.links = {{"nic out", 3, 0.5}}};
  const hardware::Cluster cluster(on("star", 4), 4, faults);
  const auto plan = parallelism::fill(examples::request(8, 1, 4), 32);
  CHECK(lower(examples::small_language(), *plan, cluster, Folding::classes).ranks() == 32);
}

TEST_CASE("kept ranks and links stand for all of them", "[program]") {
  const auto full = examples_of_all_kinds();
  const auto kept = examples_of_all_kinds(Folding::classes);
  for (std::size_t i = 0; i < full.size(); ++i) {
    const Program& program = kept[i].program;
    CHECK(program.copies * static_cast<double>(program.ranks()) ==
          static_cast<double>(full[i].program.ranks()));
    double links = 0;
    for (const Link& link : program.links) links += link.copies;
    CHECK(links == static_cast<double>(full[i].program.links.size()));
  }
}

TEST_CASE("coordinates are kept by their place in the period of peers and tensor ranks",
          "[program]") {
  const Symmetry symmetry{.tensors = 1, .peers = 3};
  const auto kept = symmetry.kept({5, 7, 2});
  CHECK(kept.tensor == 0);
  CHECK(kept.peer == 1);
  CHECK(kept.stage == 2);
}

}  // namespace trainyard::program
