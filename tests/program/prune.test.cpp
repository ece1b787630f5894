#include "program/prune.hpp"

#include <catch2/catch.hpp>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

using Paths = std::vector<std::vector<std::int64_t>>;

Paths pruned(const Paths& paths, const std::vector<double>& bandwidth) {
  Program program;
  for (const auto& path : paths) {
    Flow flow;
    flow.first_link = static_cast<std::int32_t>(program.path.size());
    for (const std::int64_t link : path) program.path.emplace_back(link);
    flow.end_link = static_cast<std::int32_t>(program.path.size());
    program.flows.push_back(flow);
  }
  prune(program, bandwidth);
  Paths left;
  for (const Flow& flow : program.flows) {
    auto& path = left.emplace_back();
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      path.push_back(program.path[static_cast<std::size_t>(i)].value());
    }
  }
  return left;
}

}  // namespace

TEST_CASE("a trunk as wide as all that leads into it holds nothing back", "[program]") {
  // Ports 0 and 1 lead into trunk 2; behind it are wide ports 3 and 4.
  CHECK(pruned({{0, 2, 3}, {1, 2, 4}}, {10, 10, 20, 90, 90}) == Paths{{0, 3}, {1, 4}});
}

TEST_CASE("a trunk as wide as all that comes out of it holds nothing back", "[program]") {
  CHECK(pruned({{0, 2, 3}, {1, 2, 3}}, {10, 10, 10, 10}) == Paths{{0, 3}, {1, 3}});
}

TEST_CASE("a trunk narrower than its ports on both sides stays", "[program]") {
  const Paths paths{{0, 2, 3}, {1, 2, 4}};
  CHECK(pruned(paths, {10, 10, 19, 10, 10}) == paths);
}

TEST_CASE("links at an end of some path always stay", "[program]") {
  // Link 2 is in the middle of one path and the end of another.
  const Paths paths{{0, 2, 3}, {1, 2}, {0}, {}};
  CHECK(pruned(paths, {10, 10, 100, 10}) == paths);
}

TEST_CASE("a link follows only from links that are sure to stay", "[program]") {
  // Trunks 1 and 2 between ports: each follows from the port beside it.
  CHECK(pruned({{0, 1, 2, 3}}, {10, 10, 10, 10}) == Paths{{0, 3}});
  // Link 2 would follow from 1 and 3; these are narrow and stay, but that is not looked for.
  CHECK(pruned({{0, 1, 2, 3, 4}}, {10, 5, 10, 5, 10}) == Paths{{0, 1, 2, 3, 4}});
}

TEST_CASE("a port is counted once, however many flows come out of it", "[program]") {
  CHECK(pruned({{0, 1, 2}, {0, 1, 3}}, {10, 10, 10, 10}) == Paths{{0, 2}, {0, 3}});
}

TEST_CASE("trunks of leaves stay exactly where they are oversubscribed", "[program]") {
  for (const double oversubscription : {1.0, 2.0}) {
    Lowered example = lowered(examples::small_language(), examples::dgx_h100(2, oversubscription),
                              4, examples::request(4, 2, 4));
    const std::size_t before = example.program.path.size();
    prune(example.program, example.bandwidth);
    CHECK((example.program.path.size() < before) == (oversubscription == 1));
  }
}

TEST_CASE("pruning leaves latencies, senders and receivers alone", "[program]") {
  Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 4, examples::request(4, 2, 4));
  const auto flows = example.program.flows;
  prune(example.program, example.bandwidth);
  REQUIRE(example.program.flows.size() == flows.size());
  for (std::size_t f = 0; f < flows.size(); ++f) {
    CHECK(example.program.flows[f].latency == flows[f].latency);
    CHECK(example.program.flows[f].src == flows[f].src);
    CHECK(example.program.flows[f].dst == flows[f].dst);
  }
}

}  // namespace trainyard::program
