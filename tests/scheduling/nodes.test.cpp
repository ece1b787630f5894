#include "scheduling/nodes.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "base/check.hpp"
#include "scheduling/draw.hpp"

namespace trainyard::scheduling {
namespace {

std::set<std::int64_t> numbers(const Intervals& intervals) {
  std::set<std::int64_t> all;
  for (const auto& [first, end] : intervals.by_first()) {
    for (std::int64_t i = first; i < end; ++i) all.insert(i);
  }
  return all;
}

// How many numbers from `first` on, up to 9, are in the set if `in`, else are not.
std::int64_t run(const std::set<std::int64_t>& set, std::int64_t first, std::size_t in) {
  std::int64_t count = 0;
  while (count < 9 && set.count(first + count) == in) ++count;
  return count;
}

bool neighbours_are_merged(const Intervals& intervals) {
  std::int64_t last = -1;
  for (const auto& [first, end] : intervals.by_first()) {
    if (first <= last || end <= first) return false;
    last = end;
  }
  return true;
}

}  // namespace

TEST_CASE("intervals are the set of their numbers, whatever is added and removed", "[scheduling]") {
  Draw draw(1);
  Intervals intervals;
  std::set<std::int64_t> set;
  for (int step = 0; step < 4000; ++step) {
    const std::int64_t first = draw.whole(0, 60);
    const std::size_t in = set.count(first);
    const std::int64_t count = draw.whole(0, run(set, first, in));
    in == 1 ? intervals.remove(first, count) : intervals.add(first, count);
    for (std::int64_t i = first; i < first + count; ++i) {
      in == 1 ? static_cast<void>(set.erase(i)) : static_cast<void>(set.insert(i));
    }
    REQUIRE(numbers(intervals) == set);
    REQUIRE(intervals.size() == static_cast<std::int64_t>(set.size()));
    REQUIRE(intervals.empty() == set.empty());
    REQUIRE(neighbours_are_merged(intervals));
    const std::int64_t asked = draw.whole(0, 70);
    REQUIRE(intervals.contains(asked) == set.contains(asked));
    REQUIRE((intervals.end_of(asked) > asked) == set.contains(asked));
    if (set.lower_bound(asked) != set.end()) {
      REQUIRE(intervals.first_from(asked) == *set.lower_bound(asked));
    }
  }
}

TEST_CASE("nodes are counted by how many of their accelerators are idle", "[scheduling]") {
  Nodes nodes(8);
  nodes.add(10, 6);
  CHECK(nodes.idle() == 48);
  CHECK(nodes.whole() == 6);
  nodes.take({11, 1, 3});
  nodes.take({12, 1, 8});
  CHECK(nodes.idle() == 37);
  CHECK(nodes.whole() == 4);
  CHECK(numbers(nodes.with(5)) == std::set<std::int64_t>{11});
  CHECK(numbers(nodes.with(8)) == std::set<std::int64_t>{10, 13, 14, 15});
}

TEST_CASE("a piece may lie on nodes with different numbers of idle accelerators", "[scheduling]") {
  Nodes nodes(8);
  nodes.add(0, 4);
  nodes.take({1, 2, 3});
  nodes.take({0, 4, 5});
  CHECK(nodes.idle() == 6);
  CHECK(numbers(nodes.with(3)) == std::set<std::int64_t>{0, 3});
  nodes.give({1, 2, 3});
  CHECK(numbers(nodes.with(3)) == std::set<std::int64_t>{0, 1, 2, 3});
  nodes.give({0, 4, 5});
  nodes.remove(0, 4);
  CHECK(nodes.idle() == 0);
}

TEST_CASE("two thousand nodes given to a job are one interval", "[scheduling]") {
  Nodes nodes(8);
  nodes.add(0, 5000);
  nodes.take({1000, 2000, 8});
  CHECK(nodes.with(8).by_first().size() == 2);
  nodes.give({1000, 2000, 8});
  CHECK(nodes.with(8).by_first().size() == 1);
}

TEST_CASE("nodes give no more than they have", "[scheduling]") {
  Nodes nodes(4);
  nodes.add(0, 2);
  nodes.take({0, 1, 3});
  CHECK_THROWS_AS(nodes.take({0, 2, 2}), ContractError);
  CHECK_THROWS_AS(nodes.give({1, 1, 1}), ContractError);
  CHECK_THROWS_AS(nodes.remove(0, 1), ContractError);
}

}  // namespace trainyard::scheduling
