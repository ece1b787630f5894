#include "program/benchmark.hpp"

#include <catch2/catch.hpp>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

Program collective_on(std::int64_t nodes, const char* algorithm, Folding folding = Folding::off) {
  const hardware::Cluster cluster(examples::dgx_h100(8), nodes);
  auto request = examples::request(1, 1, 1);
  request.algorithms.gradients = algorithm;
  const auto plan = parallelism::fill(request, cluster.accelerators());
  return lower_collective(collective::Operation::all_gather, Bytes(1e9), *plan, cluster, folding);
}

}  // namespace

TEST_CASE("a collective alone is offered once by everyone and waited for", "[program]") {
  const Program program = collective_on(2, "ring");
  CHECK(program.ranks() == 16);
  REQUIRE(program.roles.size() == 1);
  const auto step = step_of(program.roles[0]);
  REQUIRE(step.size() == 2);
  CHECK(step[0].verb == Verb::exchange);
  CHECK(step[0].amount == 1e9);
  CHECK(step[1].verb == Verb::join);
  CHECK(program.patterns[0].phases[0][0].share == 15.0 / 16);
  CHECK(program.groups[at(Channel::gradients)] == std::vector<std::int32_t>(16, 0));
}

TEST_CASE("a symmetric collective lists one node", "[program]") {
  const Program program = collective_on(4, "hierarchical", Folding::classes);
  CHECK(program.ranks() == 8);
  CHECK(program.copies == 4);
}

TEST_CASE("one accelerator alone exchanges nothing", "[program]") {
  hardware::Node node = examples::dgx_h100();
  node.accelerators = node.nics = 1;
  const hardware::Cluster cluster(node, 1);
  const auto plan = parallelism::fill(examples::request(1, 1, 1), 1);
  const Program program =
      lower_collective(collective::Operation::all_reduce, Bytes(1e9), *plan, cluster);
  CHECK(step_of(program.roles[0]).empty());
}

}  // namespace trainyard::program
