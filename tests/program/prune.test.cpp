#include "program/prune.hpp"

#include <catch2/catch.hpp>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

using Paths = std::vector<std::vector<std::int32_t>>;

Program program_of(const Paths& paths, const std::vector<double>& bandwidth) {
  Program program;
  for (std::size_t l = 0; l < bandwidth.size(); ++l) {
    program.links.push_back(
        {.id = LinkId(static_cast<std::int64_t>(l)), .bandwidth = bandwidth[l]});
  }
  for (const auto& path : paths) {
    Flow flow;
    flow.first_link = static_cast<std::int32_t>(program.path.size());
    program.path.insert(program.path.end(), path.begin(), path.end());
    flow.end_link = static_cast<std::int32_t>(program.path.size());
    program.flows.push_back(flow);
    if (path.empty()) continue;
    program.links[static_cast<std::size_t>(path.front())].end = true;
    program.links[static_cast<std::size_t>(path.back())].end = true;
  }
  return program;
}

Paths paths_of(const Program& program) {
  Paths left;
  for (const Flow& flow : program.flows) {
    left.emplace_back(program.path.begin() + flow.first_link, program.path.begin() + flow.end_link);
  }
  return left;
}

Paths pruned(const Paths& paths, const std::vector<double>& bandwidth) {
  Program program = program_of(paths, bandwidth);
  prune(program);
  return paths_of(program);
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

TEST_CASE("a port that stands for several leads into a trunk as often", "[program]") {
  // One port listed for four; the trunk stands for one.
  for (const double trunk : {39.0, 40.0}) {
    Program program = program_of({{0, 1, 2}}, {10, trunk, 90});
    program.links[0].copies = 4;
    prune(program);
    CHECK(paths_of(program) == (trunk < 40 ? Paths{{0, 1, 2}} : Paths{{0, 2}}));
  }
  // Two trunks of two ports each.
  Program program = program_of({{0, 1, 2}}, {10, 20, 90});
  program.links[0].copies = 4;
  program.links[1].copies = 2;
  prune(program);
  CHECK(paths_of(program) == Paths{{0, 2}});
}

TEST_CASE("trunks of leaves stay exactly where they are oversubscribed", "[program]") {
  for (const double oversubscription : {1.0, 2.0}) {
    Lowered example = lowered(examples::small_language(), examples::dgx_h100(2, oversubscription),
                              4, examples::request(4, 2, 4));
    const std::size_t before = example.program.path.size();
    prune(example.program);
    CHECK((example.program.path.size() < before) == (oversubscription == 1));
  }
}

TEST_CASE("pruning leaves latencies, senders and receivers alone", "[program]") {
  Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 4, examples::request(4, 2, 4));
  const auto flows = example.program.flows;
  prune(example.program);
  REQUIRE(example.program.flows.size() == flows.size());
  for (std::size_t f = 0; f < flows.size(); ++f) {
    CHECK(example.program.flows[f].latency == flows[f].latency);
    CHECK(example.program.flows[f].src == flows[f].src);
    CHECK(example.program.flows[f].dst == flows[f].dst);
  }
}

}  // namespace trainyard::program
