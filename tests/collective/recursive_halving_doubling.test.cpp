#include "collective/recursive_halving_doubling.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "collective/groups.hpp"

namespace trainyard::collective {

// Thakur, Rabenseifner, Gropp, doi 10.1177/1094342005051521.
TEST_CASE("recursive halving and doubling sends 2 (n - 1) / n in 2 log2 n messages",
          "[collective]") {
  for (const std::int64_t members : {2, 4, 16, 1024}) {
    const Standing standing = evenly(1, members);
    const auto n = static_cast<double>(members);
    const auto phases = recursive_halving_doubling_phases(Operation::all_reduce, standing.group());
    CHECK(most(sent(phases)) == Approx(2 * (n - 1) / n).epsilon(1e-14));
    CHECK(least(sent(phases)) == most(sent(phases)));
    CHECK(messages(phases) == 2 * std::log2(n));
  }
}

TEST_CASE("the halves go to the nearest, so that nodes exchange no more than hierarchically",
          "[collective]") {
  const Standing standing = evenly(4, 8);
  const auto phases =
      recursive_halving_doubling_phases(Operation::reduce_scatter, standing.group());
  REQUIRE(phases.size() == 5);
  double across = 0;
  for (const Phase& phase : phases) {
    const Transfer& transfer = phase.transfers.at(0);
    const auto partner = static_cast<std::size_t>(transfer.to[0]);
    if (standing.node_of[partner] != 0) across += transfer.share;
  }
  CHECK(across == Approx(3.0 / (4 * 8)).epsilon(1e-15));
}

TEST_CASE("recursive halving and doubling needs a power of two", "[collective]") {
  for (const std::int64_t members : {3, 5, 6, 12, 24}) {
    const Standing standing = evenly(1, members);
    CHECK(recursive_halving_doubling_phases(Operation::all_reduce, standing.group()).empty());
  }
}

}  // namespace trainyard::collective
