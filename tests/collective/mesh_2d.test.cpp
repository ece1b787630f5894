#include "collective/mesh_2d.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

// What each hop of the phase carries.
std::map<std::pair<std::int64_t, std::int64_t>, double> hops(const Phase& phase) {
  std::map<std::pair<std::int64_t, std::int64_t>, double> carried;
  for (const Transfer& transfer : phase.transfers) {
    for (std::size_t i = 0; i < transfer.to.size(); ++i) {
      if (transfer.to[i] == nobody) continue;
      carried[{static_cast<std::int64_t>(i), transfer.to[i]}] += transfer.share;
    }
  }
  return carried;
}

double busiest(const Phase& phase) {
  double share = 0;
  for (const auto& [hop, carried] : hops(phase)) share = std::max(share, carried);
  return share;
}

}  // namespace

TEST_CASE("along a line each hop carries the parts of the members beyond it", "[collective]") {
  Standing standing = evenly(1, 4);
  standing.columns = 4;
  const auto reduce = mesh_2d_phases(Operation::reduce_scatter, standing.group());
  REQUIRE(reduce.size() == 1);
  CHECK(hops(reduce[0]) == std::map<std::pair<std::int64_t, std::int64_t>, double>{{{0, 1}, 0.75},
                                                                                   {{1, 2}, 0.5},
                                                                                   {{2, 3}, 0.25},
                                                                                   {{1, 0}, 0.25},
                                                                                   {{2, 1}, 0.5},
                                                                                   {{3, 2}, 0.75}});
  const auto gather = mesh_2d_phases(Operation::all_gather, standing.group());
  REQUIRE(gather.size() == 1);
  CHECK(hops(gather[0]) == std::map<std::pair<std::int64_t, std::int64_t>, double>{{{0, 1}, 0.25},
                                                                                   {{1, 2}, 0.5},
                                                                                   {{2, 3}, 0.75},
                                                                                   {{1, 0}, 0.75},
                                                                                   {{2, 1}, 0.5},
                                                                                   {{3, 2}, 0.25}});
}

TEST_CASE("a mesh all-reduce takes 2 (r + c - 2) messages, the busiest hop 2 (c - 1) / c",
          "[collective]") {
  for (const auto& [members, rows, columns] :
       {std::tuple{12, 3, 4}, {16, 4, 4}, {24, 4, 6}, {25, 5, 5}, {400, 20, 20}}) {
    const Standing standing = evenly(1, members);
    const auto phases = mesh_2d_phases(Operation::all_reduce, standing.group());
    REQUIRE(phases.size() == 4);
    CHECK(messages(phases) == 2 * (rows + columns - 2));
    const double along_rows = (columns - 1.0) / columns;
    const double along_columns = (rows - 1.0) / members;
    CHECK(busiest(phases[0]) == Approx(along_rows).epsilon(1e-14));
    CHECK(busiest(phases[1]) == Approx(along_columns).epsilon(1e-14));
    CHECK(busiest(phases[2]) == Approx(along_columns).epsilon(1e-14));
    CHECK(busiest(phases[3]) == Approx(along_rows).epsilon(1e-14));
  }
}

TEST_CASE("every member of a mesh sends (n - 1) / n in a reduce-scatter, as in a ring",
          "[collective]") {
  for (const std::int64_t members : {2, 7, 12, 25}) {
    const Standing standing = evenly(1, members);
    const auto n = static_cast<double>(members);
    const auto all = sent(mesh_2d_phases(Operation::reduce_scatter, standing.group()));
    CHECK(most(all) == Approx((n - 1) / n).epsilon(1e-14));
    CHECK(least(all) == Approx((n - 1) / n).epsilon(1e-14));
  }
}

TEST_CASE("inside a mesh a member sends (c + 1) / c + (r + 1) / n in an all-gather",
          "[collective]") {
  const Standing standing = evenly(1, 12);  // 3 rows of 4
  const auto all = sent(mesh_2d_phases(Operation::all_gather, standing.group()));
  CHECK(most(all) == Approx(5.0 / 4 + 4.0 / 12).epsilon(1e-14));
  CHECK(least(all) == Approx(1.0 / 4 + 1.0 / 12).epsilon(1e-14));
}

}  // namespace trainyard::collective
