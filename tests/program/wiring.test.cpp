#include "program/wiring.hpp"

#include <catch2/catch.hpp>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

std::vector<LinkId> path(const Program& program, const Flow& flow) {
  return {program.path.begin() + flow.first_link, program.path.begin() + flow.end_link};
}

const Flow* flow(const Program& program, std::int32_t lane, std::int64_t rank) {
  const std::int32_t index =
      program.lanes[static_cast<std::size_t>(lane)][static_cast<std::size_t>(rank)];
  return index == none ? nullptr : &program.flows[static_cast<std::size_t>(index)];
}

}  // namespace

TEST_CASE("activations go to the next stage of the same replica, gradients come back",
          "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 3, examples::request(2, 3, 4));
  const parallelism::Plan& plan = example.plan;
  for (std::int64_t rank = 0; rank < plan.ranks(); ++rank) {
    const auto at = coordinate_of(plan, rank);
    const Flow* forward = flow(example.program, lane::forward, rank);
    const Flow* backward = flow(example.program, lane::backward, rank);
    REQUIRE((forward != nullptr) == (at.stage < 2));
    REQUIRE((backward != nullptr) == (at.stage > 0));
    if (forward != nullptr) {
      CHECK(forward->dst == rank_of(plan, {at.tensor, at.data, at.stage + 1}));
    }
    if (backward != nullptr) {
      CHECK(backward->dst == rank_of(plan, {at.tensor, at.data, at.stage - 1}));
    }
  }
}

TEST_CASE("every flow crosses the links of its route and waits for their latency", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 3, examples::request(2, 3, 4));
  for (const std::int32_t lane : {lane::forward, lane::backward}) {
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

TEST_CASE("input reaches every rank of the first stage and no other", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 3, examples::request(2, 3, 4));
  for (std::int64_t rank = 0; rank < example.plan.ranks(); ++rank) {
    const Flow* input = flow(example.program, lane::input, rank);
    REQUIRE((input != nullptr) == (coordinate_of(example.plan, rank).stage == 0));
    if (input == nullptr) continue;
    std::vector<LinkId> ingest;
    example.cluster.ingest(rank, ingest);
    CHECK(input->dst == rank);
    CHECK(path(example.program, *input) == ingest);
  }
}

TEST_CASE("the replicas of a tensor rank and stage are one group", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 3, examples::request(2, 3, 4));
  const parallelism::Plan& plan = example.plan;
  for (std::int64_t rank = 0; rank < plan.ranks(); ++rank) {
    const auto at = coordinate_of(plan, rank);
    CHECK(example.program.group[static_cast<std::size_t>(rank)] == at.stage * 2 + at.tensor);
  }
}

TEST_CASE("a message of an exchange pays the latency of every step", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(8), 4, examples::request(8, 1, 4));
  const Flow* sent = flow(example.program, lane::first_phase, 0);
  REQUIRE(sent != nullptr);
  CHECK(sent->latency.value() == Approx(2 * 3 * (2e-6 + 0.3e-6)).epsilon(1e-14));
  CHECK(example.program.phase_share == std::vector{2 * 3.0 / 4});
}

TEST_CASE("a single replica exchanges nothing", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 1, examples::request(8, 1, 4));
  CHECK(example.program.phase_share.empty());
  CHECK(example.program.group == std::vector<std::int32_t>(8, none));
}

TEST_CASE("all groups take the hierarchical all-reduce, or all the ring", "[program]") {
  // 3 replicas of 3 stages: ranks 0-2, 3-5, 6-8 stand on nodes 0 0 0, 0 0 0, 0 0 1: uneven.
  const Lowered uneven =
      lowered(examples::small_language(), examples::dgx_h100(2), 2, examples::request(1, 3, 4));
  CHECK(uneven.program.phase_share.size() == 1);
  const Lowered even =
      lowered(examples::small_language(), examples::dgx_h100(2), 2, examples::request(2, 1, 4));
  CHECK(even.program.phase_share.size() == 3);
  auto request = examples::request(2, 1, 4);
  request.gradient_collective = "ring";
  CHECK(lowered(examples::small_language(), examples::dgx_h100(2), 2, request)
            .program.phase_share.size() == 1);
}

}  // namespace trainyard::program
