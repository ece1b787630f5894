#include "program/lower.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "program/lowered.hpp"

namespace trainyard::program {

TEST_CASE("a lowered step has a role for each stage and a place for each rank", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 3, examples::request(2, 4, 8));
  CHECK(example.plan.ranks() == 24);
  CHECK(example.program.ranks() == 24);
  CHECK(example.program.roles.size() == 4);
  for (std::size_t rank = 0; rank < 24; ++rank) {
    CHECK(example.program.role[rank] ==
          coordinate_of(example.plan, static_cast<std::int64_t>(rank)).stage);
  }
}

TEST_CASE("accelerators that are left over have no part in the program", "[program]") {
  const Lowered example =
      lowered(examples::small_language(), examples::dgx_h100(2), 1, examples::request(1, 3, 8));
  CHECK(example.plan.left_over == 2);
  CHECK(example.program.ranks() == 6);
  for (const Flow& flow : example.program.flows) {
    CHECK(flow.src < 6);
    CHECK(flow.dst < 6);
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a plan larger than the cluster is a broken contract", "[program]") {
  const auto plan = parallelism::fill(examples::request(8, 2, 4), 16);
  const hardware::Cluster cluster(examples::dgx_h100(), 1);
  CHECK_THROWS_AS(lower(examples::small_language(), *plan, cluster), ContractError);
}
#endif

}  // namespace trainyard::program
