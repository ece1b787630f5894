#include <algorithm>
#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {

// DeepSeek-V3 technical report, arXiv 2412.19437, figure 5, with 4 stages instead of 8.
TEST_CASE("DualPipe of 4 stages and 8 micro-batches fills from both ends", "[pipeline]") {
  CHECK(Gantt(named("dualpipe"), {0, 4, 8}).lines() == std::vector<std::string>{
                                                           "012    3   aa   .bb  cCdD",  //
                                                           "   4eE5 ff6  gg7.  hh",      //
                                                           ".0 1 2   aa3   bb  cc d D",  //
                                                           ". 4 5 ee6   ff7  gg  h H",   //
                                                           ". 0 1 aa2   bb3  cc  d D",   //
                                                           ".4 5 6   ee7   ff  gg h H",  //
                                                           "   0aA1 bb2  cc3.  dd",      //
                                                           "456    7   ee   .ff  gGhH",  //
                                                       });
}

// The report's bubble has a B more in the bracket: both passes of an overlapped pair end together
// there, here the forward pass is passed on first.
TEST_CASE("DualPipe's bubble is (p / 2 - 1)(F + B - W) where F = B >= W", "[pipeline]") {
  for_every_timing("dualpipe", [](const Stage& shape, const Durations& d) {
    if (d.forward != d.input_gradient || d.weight_gradient > d.forward) return;
    REQUIRE(Gantt(named("dualpipe"), shape, d).bubble() ==
            (shape.stages / 2 - 1) * (d.forward + d.input_gradient - d.weight_gradient));
  });
}

// Table 2 of the report: (PP / 2 - 1)(F&B + B - 3 W), B the whole backward pass, F&B = F + B.
TEST_CASE("DualPipe's bubble is at most the published one where passes differ by a factor of 2",
          "[pipeline]") {
  for_every_timing("dualpipe", [](const Stage& shape, const Durations& d) {
    const auto [shortest, longest] = std::minmax({d.forward, d.input_gradient, d.weight_gradient});
    if (longest > 2 * shortest) return;
    const std::int64_t backward = d.input_gradient + d.weight_gradient;
    REQUIRE(Gantt(named("dualpipe"), shape, d).bubble() <=
            (shape.stages / 2 - 1) * (d.forward + 2 * backward - 3 * d.weight_gradient));
  });
}

// Table 2 of the report.
TEST_CASE("DualPipe keeps p + 1 micro-batches on every stage", "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    if (row.name == "dualpipe") REQUIRE(most_in_flight("dualpipe", stage) == stage.stages + 1);
  });
}

TEST_CASE("DualPipe objects to odd stages and to micro-batches that do not fill both ends",
          "[pipeline]") {
  const auto objection = named("dualpipe").objection;
  CHECK(objection({0, 1, 8}) == "dualpipe needs an even number of stages, not 1; use 2");
  CHECK(objection({0, 3, 8}) == "dualpipe needs an even number of stages, not 3; use 2 or 4");
  CHECK(objection({0, 4, 7}) ==
        "dualpipe needs two micro-batches for each of the 4 stages, not 7; use 8");
  CHECK(objection({0, 4, 9}) ==
        "dualpipe splits micro-batches into two halves, not 9; use 8 or 10");
}

}  // namespace trainyard::pipeline
