#include "collective/binomial_tree.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "collective/groups.hpp"

namespace trainyard::collective {

// Thakur, Rabenseifner, Gropp, doi 10.1177/1094342005051521.
TEST_CASE("a binomial tree takes ceil(log2 n) messages of the whole buffer each way",
          "[collective]") {
  for (const std::int64_t members : {2, 3, 5, 8, 9, 24, 1000}) {
    const Standing standing = evenly(1, members);
    const double rounds = std::ceil(std::log2(static_cast<double>(members)));
    const auto broadcast = binomial_tree_phases(Operation::broadcast, standing.group());
    CHECK(messages(broadcast) == rounds);
    CHECK(sent(broadcast)[0] == rounds);
    CHECK(most(sent(broadcast)) == rounds);
    CHECK(messages(binomial_tree_phases(Operation::all_reduce, standing.group())) == 2 * rounds);
  }
}

TEST_CASE("a binomial tree of six reduces to 0 over distances 1, 2 and 4", "[collective]") {
  const Standing standing = evenly(1, 6);
  const auto phases = binomial_tree_phases(Operation::all_reduce, standing.group());
  REQUIRE(phases.size() == 6);
  constexpr auto no = nobody;
  CHECK(phases[0].transfers.at(0).to == std::vector<std::int64_t>{no, 0, no, 2, no, 4});
  CHECK(phases[1].transfers.at(0).to == std::vector<std::int64_t>{no, no, 0, no, no, no});
  CHECK(phases[2].transfers.at(0).to == std::vector<std::int64_t>{no, no, no, no, 0, no});
  CHECK(phases[3].transfers.at(0).to == std::vector<std::int64_t>{4, no, no, no, no, no});
}

}  // namespace trainyard::collective
