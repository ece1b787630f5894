#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "base/check.hpp"
#include "collective/all_reduce.hpp"

namespace trainyard::collective {
namespace {

// Members evenly on nodes, unevenly, interleaved, all on one node, each on its own.
const std::vector<std::vector<std::int64_t>> groups{
    {0, 0},
    {0, 1},
    {0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 1, 1, 2, 2},
    {0, 0, 0, 0, 1, 1, 1, 1},
    {0, 1, 0, 1},
    {0, 1, 2, 3, 4},
    {0, 0, 1},
    {7, 7, 3, 3, 5, 5},
};

template <class Check>
void for_every_group(const Check& check) {
  for (const AllReduceRow& row : all_reduces()) {
    for (const auto& group : groups) {
      CAPTURE(row.name, group);
      check(row.phases(group), group);
    }
  }
}

double sent(const std::vector<Phase>& phases) {
  double sum = 0;
  for (const Phase& phase : phases) sum += phase.share;
  return sum;
}

}  // namespace

TEST_CASE("every all-reduce has a name and a line that says what it is", "[collective]") {
  std::set<std::string_view> names;
  for (const AllReduceRow& row : all_reduces()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
}

TEST_CASE("in every phase of every all-reduce each member receives from one other",
          "[collective]") {
  for_every_group([](const std::vector<Phase>& phases, const auto& group) {
    for (const Phase& phase : phases) {
      REQUIRE(phase.next.size() == group.size());
      std::set<std::int64_t> receivers;
      for (std::size_t i = 0; i < group.size(); ++i) {
        const std::int64_t next = phase.next[i];
        REQUIRE(next >= 0);
        REQUIRE(next < static_cast<std::int64_t>(group.size()));
        REQUIRE(next != static_cast<std::int64_t>(i));
        receivers.insert(next);
      }
      REQUIRE(receivers.size() == group.size());
    }
  });
}

// Patarasuk and Yuan, doi 10.1016/j.jpdc.2008.09.002, theorem 1.
TEST_CASE("no all-reduce sends less than 2 (n - 1) / n of the buffer", "[collective]") {
  for_every_group([](const std::vector<Phase>& phases, const auto& group) {
    if (phases.empty()) return;
    const auto n = static_cast<double>(group.size());
    CHECK(sent(phases) >= 2 * (n - 1) / n * (1 - 1e-14));
  });
}

TEST_CASE("every phase of every all-reduce sends something in whole steps", "[collective]") {
  for_every_group([](const std::vector<Phase>& phases, const auto&) {
    for (const Phase& phase : phases) {
      CHECK(phase.share > 0);
      CHECK(phase.steps >= 1);
      CHECK(phase.steps == std::floor(phase.steps));
    }
  });
}

TEST_CASE("auto is hierarchical where members stand evenly on several nodes, else a ring",
          "[collective]") {
  CHECK(all_reduce("auto", groups[3]).size() == 3);
  CHECK(all_reduce("auto", groups[2]).size() == 1);
  CHECK(all_reduce("auto", groups[6]).size() == 1);
  CHECK(all_reduce("auto", groups[7]).size() == 1);
}

TEST_CASE("an all-reduce that does not fit the group has no phases", "[collective]") {
  CHECK(all_reduce("hierarchical", groups[7]).empty());
  CHECK(all_reduce("ring", groups[7]).size() == 1);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("an unknown all-reduce is a broken contract", "[collective]") {
  CHECK_THROWS_AS(all_reduce("telepathy", groups[0]), ContractError);
}
#endif

}  // namespace trainyard::collective
