#include "collective/direct.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {

TEST_CASE("direct all-to-all sends (n - 1) / n of the buffer, a message to each other member",
          "[collective]") {
  const Standing standing = evenly(2, 4);
  const auto phases = direct_phases(Operation::all_to_all, standing.group());
  REQUIRE(phases.size() == 1);
  REQUIRE(phases[0].transfers.size() == 7);
  CHECK(phases[0].transfers[2].to == std::vector<std::int64_t>{3, 4, 5, 6, 7, 0, 1, 2});
  for (const Transfer& transfer : phases[0].transfers) {
    CHECK(transfer.share == 1.0 / 8);
    CHECK(transfer.messages == 1);
  }
}

TEST_CASE("direct all-reduce sends a ring's bytes in two messages one after the other",
          "[collective]") {
  for (const std::int64_t members : {2, 3, 8, 24}) {
    const Standing standing = evenly(1, members);
    const auto n = static_cast<double>(members);
    const auto phases = direct_phases(Operation::all_reduce, standing.group());
    CHECK(most(sent(phases)) == Approx(2 * (n - 1) / n).epsilon(1e-14));
    CHECK(least(sent(phases)) == most(sent(phases)));
    CHECK(messages(phases) == 2);
  }
}

}  // namespace trainyard::collective
