#include "collective/bidirectional_ring.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {

TEST_CASE("a bidirectional ring sends (n - 1) / n each way, half of it for half an exchange",
          "[collective]") {
  for (const std::int64_t members : {2, 3, 8, 24}) {
    const auto n = static_cast<double>(members);
    for (const Operation operation :
         {Operation::all_reduce, Operation::reduce_scatter, Operation::all_gather}) {
      const double times = operation == Operation::all_reduce ? 2 : 1;
      const Standing standing = evenly(1, members);
      const auto phases = bidirectional_ring_phases(operation, standing.group());
      REQUIRE(phases.size() == 1);
      REQUIRE(phases[0].transfers.size() == 2);
      for (const Transfer& transfer : phases[0].transfers) {
        CHECK(transfer.share == Approx(times * (n - 1) / n / 2).epsilon(1e-15));
        CHECK(transfer.messages == times * (n - 1));
      }
    }
  }
}

TEST_CASE("the two ways of a bidirectional ring are opposite", "[collective]") {
  const Standing standing = evenly(1, 4);
  const auto phases = bidirectional_ring_phases(Operation::all_reduce, standing.group());
  CHECK(phases.at(0).transfers.at(0).to == std::vector<std::int64_t>{1, 2, 3, 0});
  CHECK(phases.at(0).transfers.at(1).to == std::vector<std::int64_t>{3, 0, 1, 2});
}

}  // namespace trainyard::collective
