#include "optimize/linear.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace trainyard::optimize {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// 3 x + 5 y with x <= 4, 2 y <= 12, 3 x + 2 y <= 18 (Hillier and Lieberman, Introduction to
// Operations Research, the Wyndor Glass example): 36 at (2, 6).
LinearProgram wyndor() {
  return {
      .objective = {3, 5},
      .upper = {infinity, infinity},
      .rows = {
          {{{0, 1}}, -infinity, 4}, {{{1, 2}}, -infinity, 12}, {{{0, 3}, {1, 2}}, -infinity, 18}}};
}

}  // namespace

TEST_CASE("a textbook's program has the textbook's optimum", "[optimize]") {
  const auto solution = maximise(wyndor());
  REQUIRE(solution);
  CHECK(solution->objective == Approx(36).epsilon(1e-12));
  CHECK(solution->values[0] == Approx(2).epsilon(1e-12));
  CHECK(solution->values[1] == Approx(6).epsilon(1e-12));
}

TEST_CASE("the same program has the same values to the last bit", "[optimize]") {
  CHECK(maximise(wyndor())->values == maximise(wyndor())->values);
}

TEST_CASE("rows may bound from below, from both sides and to one value", "[optimize]") {
  LinearProgram program{.objective = {-1, -1, 1}, .upper = {infinity, infinity, 7}};
  program.rows = {{{{0, 1}}, 2, infinity}, {{{1, 1}}, 3, 9}, {{{0, 1}, {2, 1}}, 6, 6}};
  const auto solution = maximise(program);
  REQUIRE(solution);
  CHECK(solution->values == std::vector<double>{2, 3, 4});
  CHECK(solution->objective == -1);
}

TEST_CASE("a variable may come twice in a row: its factors add up", "[optimize]") {
  const auto solution =
      maximise({.objective = {1}, .upper = {infinity}, .rows = {{{{0, 1}, {0, 3}}, 0, 8}}});
  REQUIRE(solution);
  CHECK(solution->values == std::vector<double>{2});
}

TEST_CASE("a program that nothing satisfies has no solution", "[optimize]") {
  LinearProgram program = wyndor();
  program.rows.push_back({{{0, 1}, {1, 1}}, 100, infinity});
  CHECK_FALSE(maximise(program));
  CHECK_FALSE(maximise({.objective = {1}, .upper = {-1}}));
  CHECK_FALSE(maximise({.objective = {1}, .upper = {1}, .rows = {{{{0, 1}}, 1, 0}}}));
  CHECK_FALSE(maximise({.rows = {{{}, 1, 2}}}));
}

TEST_CASE("a program without a bound has no solution", "[optimize]") {
  CHECK_FALSE(maximise({.objective = {1, 0}, .upper = {infinity, 1}}));
}

TEST_CASE("no variables are a solution, and bounds hold without rows", "[optimize]") {
  REQUIRE(maximise({}));
  CHECK(maximise({})->values.empty());
  CHECK(maximise({.objective = {2}, .upper = {5}})->objective == 10);
}

}  // namespace trainyard::optimize
