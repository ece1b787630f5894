#include "program/wiring.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

using parallelism::Detail;

std::vector<LinkId> path(const Program& program, const Flow& flow) {
  std::vector<LinkId> path;
  for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
    const auto link = static_cast<std::size_t>(program.path[static_cast<std::size_t>(i)]);
    path.push_back(program.links[link].id);
  }
  return path;
}

const Flow* flow(const Program& program, std::int32_t lane, std::int64_t rank) {
  const std::int32_t index =
      program.lanes[static_cast<std::size_t>(lane)][static_cast<std::size_t>(rank)];
  return index == none ? nullptr : &program.flows[static_cast<std::size_t>(index)];
}

Lowered three_nodes(parallelism::Request request = examples::request(2, 3, 4)) {
  return lowered(examples::small_language(), examples::dgx_h100(2), 3, request);
}

}  // namespace

TEST_CASE("activations go to the next stage of the same replica, gradients come back",
          "[program]") {
  const Lowered example = three_nodes();
  const parallelism::Plan& plan = example.plan;
  for (std::int64_t rank = 0; rank < plan.ranks(); ++rank) {
    const auto at = coordinate_of(plan, rank);
    const Flow* forward = flow(example.program, lane::forward(0), rank);
    const Flow* backward = flow(example.program, lane::backward(0), rank);
    REQUIRE((forward != nullptr) == (at.stage < 2));
    REQUIRE((backward != nullptr) == (at.stage > 0));
    if (forward != nullptr) {
      CHECK(forward->dst == rank_of(plan, {at.tensor, at.peer, at.stage + 1}));
    }
    if (backward != nullptr) {
      CHECK(backward->dst == rank_of(plan, {at.tensor, at.peer, at.stage - 1}));
    }
  }
}

TEST_CASE("chunks of looped stages lead from the last stage to the first", "[program]") {
  auto request = examples::request(1, 4, 4);
  request.schedule = "interleaved";
  request.chunks = 2;
  const Lowered example = three_nodes(request);
  const parallelism::Plan& plan = example.plan;
  const std::int64_t last = rank_of(plan, {0, 1, 3});
  const std::int64_t first = rank_of(plan, {0, 1, 0});
  REQUIRE(flow(example.program, lane::forward(0), last) != nullptr);
  CHECK(flow(example.program, lane::forward(0), last)->dst == first);
  CHECK(flow(example.program, lane::forward(1), last) == nullptr);
  CHECK(flow(example.program, lane::backward(1), first)->dst == last);
  CHECK(flow(example.program, lane::backward(0), first) == nullptr);
}

TEST_CASE("a two-way pipeline takes input at both ends", "[program]") {
  auto request = examples::request(1, 4, 8);
  request.schedule = "dualpipe";
  const Lowered example = three_nodes(request);
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    const std::int64_t rank = rank_of(example.plan, {0, 0, stage});
    CHECK((flow(example.program, lane::input, rank) != nullptr) == (stage % 3 == 0));
    CHECK((flow(example.program, lane::forward(1), rank) != nullptr) == (stage > 0));
  }
}

TEST_CASE("every flow crosses the links of its route and waits for their latency", "[program]") {
  const Lowered example = three_nodes();
  for (const std::int32_t lane : {lane::forward(0), lane::backward(0)}) {
    for (std::int64_t rank = 0; rank < example.plan.ranks(); ++rank) {
      const Flow* sent = flow(example.program, lane, rank);
      if (sent == nullptr) continue;
      std::vector<LinkId> route;
      example.cluster.route(sent->src, sent->dst, route);
      CHECK(path(example.program, *sent) == route);
      Seconds latency;
      for (const LinkId link : route) latency += example.cluster.link(link).latency;
      CHECK(sent->latency == latency);
    }
  }
}

TEST_CASE("links of a program are those of the cluster, each once, ends of paths marked",
          "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Program& program = example.program;
    std::set<LinkId> seen;
    for (const Link& link : program.links) {
      REQUIRE(seen.insert(link.id).second);
      REQUIRE(link.bandwidth == example.cluster.link(link.id).bandwidth.value());
      REQUIRE(link.copies == 1);
    }
    for (const Flow& each : program.flows) {
      // Where several paths are joined, the first begins and the last ends it.
      if (each.first_link == each.end_link) continue;
      for (const std::int32_t i : {each.first_link, each.end_link - 1}) {
        const auto link = static_cast<std::size_t>(program.path[static_cast<std::size_t>(i)]);
        REQUIRE(program.links[link].end);
      }
    }
  }
}

TEST_CASE("input reaches every rank of the first stage and no other", "[program]") {
  const Lowered example = three_nodes();
  for (std::int64_t rank = 0; rank < example.plan.ranks(); ++rank) {
    const Flow* input = flow(example.program, lane::input, rank);
    REQUIRE((input != nullptr) == (coordinate_of(example.plan, rank).stage == 0));
    if (input == nullptr) continue;
    std::vector<LinkId> ingest;
    example.cluster.ingest(rank, ingest);
    CHECK(input->dst == rank);
    CHECK(path(example.program, *input) == ingest);
    CHECK(input->leaving == 0);
  }
}

TEST_CASE("the replicas of a tensor rank and stage are one group", "[program]") {
  const Lowered example = three_nodes();
  const auto& groups = example.program.groups[at(Channel::gradients)];
  for (std::int64_t a = 0; a < example.plan.ranks(); ++a) {
    for (std::int64_t b = 0; b < example.plan.ranks(); ++b) {
      const auto one = coordinate_of(example.plan, a);
      const auto other = coordinate_of(example.plan, b);
      CHECK((groups[static_cast<std::size_t>(a)] == groups[static_cast<std::size_t>(b)]) ==
            (one.tensor == other.tensor && one.stage == other.stage));
    }
  }
}

TEST_CASE("channels on which nothing is played have no groups", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 1, examples::request(8, 1, 4));
  CHECK(example.program.patterns.size() > 0);
  for (const auto& groups : example.program.groups) CHECK(groups.empty());
  for (std::size_t lane = 0; lane < example.program.lanes.size(); ++lane) {
    CHECK(static_cast<std::int32_t>(lane) < example.program.first_exchange_lane);
  }
}

TEST_CASE("flows of an exchange stay in their group", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Program& program = example.program;
    for (const Pattern& pattern : program.patterns) {
      const auto& groups = program.groups[static_cast<std::size_t>(pattern.channel)];
      for (const auto& phase : pattern.phases) {
        for (const Part& part : phase) {
          for (std::size_t rank = 0; rank < program.ranks(); ++rank) {
            const Flow* sent = flow(program, part.lane, static_cast<std::int64_t>(rank));
            if (sent == nullptr) continue;
            REQUIRE(groups[rank] != none);
            REQUIRE(groups[static_cast<std::size_t>(sent->dst)] == groups[rank]);
            REQUIRE(sent->src == static_cast<std::int32_t>(rank));
          }
        }
      }
    }
  }
}

TEST_CASE("in an exchange with everyone a rank takes its part of every path", "[program]") {
  auto request = examples::many_dimensions();
  request.pipeline = 1;
  request.expert = 4;
  const Lowered example = lowered(examples::small_mixture(), examples::dgx_h100(2), 1, request);
  const Program& program = example.program;
  const auto pattern =
      std::find_if(program.patterns.begin(), program.patterns.end(), [](const Pattern& each) {
        return each.channel == static_cast<std::int32_t>(Channel::expert);
      });
  REQUIRE(pattern != program.patterns.end());
  const Flow* sent = flow(program, pattern->phases[0][0].lane, 3);
  REQUIRE(sent != nullptr);
  CHECK(sent->weight == Approx(1.0 / 7).epsilon(1e-15));
  std::vector<LinkId> all;
  for (std::int64_t by = 1; by < 8; ++by) example.cluster.route(3, (3 + by) % 8, all);
  CHECK(path(program, *sent) == all);
}

TEST_CASE("flows know what their messages cost and what leaves the node", "[program]") {
  hardware::Node node = examples::dgx_h100(2);
  node.nic.message_overhead = Bytes(1000);
  node.scale_up.message_overhead = Bytes(70);
  auto request = examples::request(1, 1, 1);
  request.algorithms.gradients = "direct";
  const Lowered rings = lowered(examples::small_language(), node, 2, examples::request(4, 2, 1));
  for (std::int64_t rank = 0; rank < rings.plan.ranks(); ++rank) {
    const Flow* sent = flow(rings.program, lane::forward(0), rank);
    if (sent == nullptr) continue;
    const bool leaves = rings.cluster.node_of(sent->src) != rings.cluster.node_of(sent->dst);
    CHECK(sent->overhead == Bytes(leaves ? 1000 : 70));
    CHECK(sent->leaving == (leaves ? 1 : 0));
  }
  const Lowered all = lowered(examples::small_language(), node, 2, request);
  const Flow* sent = flow(all.program, lane::first_exchange(1), 5);
  REQUIRE(sent != nullptr);
  CHECK(sent->overhead.value() == Approx((7 * 70 + 8 * 1000) / 15.0).epsilon(1e-14));
  CHECK(sent->leaving == Approx(8.0 / 15).epsilon(1e-14));
}

TEST_CASE("members that a tree gives nothing to send have no flow", "[program]") {
  auto request = examples::request(1, 1, 1);
  request.algorithms.gradients = "binomial_tree";
  const Lowered example = lowered(examples::small_language(), examples::dgx_h100(2), 1, request);
  // The first round up the tree: every second of eight members sends.
  const auto& lane = example.program.lanes[static_cast<std::size_t>(lane::first_exchange(1))];
  CHECK(std::count(lane.begin(), lane.end(), none) == 4);
}

TEST_CASE("ranks of slower nodes compute more slowly", "[program]") {
  const hardware::Faults faults{.nodes = {{.node = 1, .speed = 0.5}}};
  const hardware::Cluster cluster(examples::dgx_h100(2), 2, faults);
  const auto plan = parallelism::fill(examples::request(8, 1, 4), 16);
  const Program program = lower(examples::small_language(), *plan, cluster, Folding::classes);
  REQUIRE(program.ranks() == 16);
  for (std::size_t rank = 0; rank < 16; ++rank) {
    CHECK(program.slowness[rank] == (rank < 8 ? 1 : 2));
  }
}

}  // namespace trainyard::program
