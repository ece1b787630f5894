#include "hardware/fabric/interface_processors.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <vector>

namespace trainyard::hardware {
namespace {

// Dies of each processor.
std::vector<int> shares(const InterfaceProcessors& processors, Spot size) {
  std::vector<int> dies(static_cast<std::size_t>(processors.count()));
  for (std::int64_t row = 0; row < size.row; ++row) {
    for (std::int64_t column = 0; column < size.column; ++column) {
      ++dies[static_cast<std::size_t>(processors.of({row, column}))];
    }
  }
  return dies;
}

}  // namespace

TEST_CASE("a Dojo tray's processors stand along its two longer edges", "[hardware]") {
  const InterfaceProcessors processors({10, 15}, 20);
  std::vector<std::int64_t> columns;
  for (std::int64_t p = 0; p < 10; ++p) {
    CHECK(processors.border(p).row == 0);
    CHECK(processors.border(10 + p).row == 9);
    CHECK(processors.border(10 + p).column == processors.border(p).column);
    columns.push_back(processors.border(p).column);
  }
  // Ten on fifteen dies, at the middles of tenths: 0.75, 2.25, 3.75, ...
  CHECK(columns == std::vector<std::int64_t>{0, 2, 3, 5, 6, 8, 9, 11, 12, 14});
}

TEST_CASE("on an upright mesh processors stand left and right", "[hardware]") {
  const InterfaceProcessors processors({15, 10}, 20);
  CHECK(processors.border(3).row == 5);
  CHECK(processors.border(3).column == 0);
  CHECK(processors.border(13).column == 9);
}

TEST_CASE("dies share their processors evenly and reach the nearer edge", "[hardware]") {
  const Spot tray{10, 15};
  const InterfaceProcessors processors(tray, 20);
  for (const int dies : shares(processors, tray)) CHECK((dies == 7 || dies == 8));
  for (std::int64_t row = 0; row < 10; ++row) {
    for (std::int64_t column = 0; column < 15; ++column) {
      const Spot border = processors.border(processors.of({row, column}));
      CHECK(border.row == (row < 5 ? 0 : 9));
      CHECK(std::abs(border.column - column) <= 1);
    }
  }
}

TEST_CASE("more processors than dies along an edge share its dies", "[hardware]") {
  const Spot pod{50, 60};
  const InterfaceProcessors processors(pod, 400);
  for (const int dies : shares(processors, pod)) CHECK((dies == 7 || dies == 8));
  CHECK(processors.border(199).column == 59);
  CHECK(processors.border(200).row == 49);
}

TEST_CASE("one processor, or one row of dies, has one side", "[hardware]") {
  CHECK(shares(InterfaceProcessors({4, 4}, 1), {4, 4}) == std::vector<int>{16});
  CHECK(shares(InterfaceProcessors({1, 8}, 4), {1, 8}) == std::vector<int>{2, 2, 2, 2});
  CHECK(InterfaceProcessors({1, 8}, 4).border(3).row == 0);
}

}  // namespace trainyard::hardware
