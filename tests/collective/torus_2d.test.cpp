#include "collective/torus_2d.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {

// Mikami et al., arXiv 1811.05233: 2 (X - 1) + 2 (Y - 1) messages instead of 2 (X Y - 1).
TEST_CASE("a torus all-reduce sends 2 (n - 1) / n in 2 (r + c - 2) messages", "[collective]") {
  for (const auto& [members, rows, columns] :
       {std::tuple{12, 3, 4}, {16, 4, 4}, {24, 4, 6}, {7, 1, 7}, {1000, 25, 40}}) {
    const Standing standing = evenly(1, members);
    const auto n = static_cast<double>(members);
    const auto phases = torus_2d_phases(Operation::all_reduce, standing.group());
    CHECK(most(sent(phases)) == Approx(2 * (n - 1) / n).epsilon(1e-14));
    CHECK(least(sent(phases)) == most(sent(phases)));
    CHECK(messages(phases) == 2 * (rows + columns - 2));
  }
}

TEST_CASE("rows of a torus are as long as the group says, else near square", "[collective]") {
  Standing standing = evenly(1, 12);
  const auto next_of_first = [&] {
    return torus_2d_phases(Operation::reduce_scatter, standing.group()).at(1).transfers.at(0).to[0];
  };
  CHECK(next_of_first() == 4);
  standing.columns = 2;
  CHECK(next_of_first() == 2);
  standing.columns = 6;
  CHECK(next_of_first() == 6);
}

TEST_CASE("a torus whose rows do not divide the members does not fit", "[collective]") {
  Standing standing = evenly(1, 12);
  standing.columns = 5;
  CHECK(torus_2d_phases(Operation::all_reduce, standing.group()).empty());
  CHECK(torus_2d_rounds(Operation::all_reduce, standing.group()).rounds.empty());
}

}  // namespace trainyard::collective
