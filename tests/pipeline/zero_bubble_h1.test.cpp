#include <algorithm>
#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {

// Qi et al., arXiv 2401.10241, figure 3 (top).
TEST_CASE("ZB-H1 of 4 stages and 8 micro-batches fills the end with weight gradients",
          "[pipeline]") {
  CHECK(Gantt(named("zb-h1"), {0, 4, 8}).lines() == std::vector<std::string>{
                                                        "0123...aA4bB5cC6dD7eEfFgGhH",  //
                                                        ".012..a3bA4cB5dC6eD7fEgFhGH",  //
                                                        "..01.a2b3cA4dB5eC6fD7gEhFGH",  //
                                                        "...0a1b2c3dA4eB5fC6gD7hEFGH",  //
                                                    });
}

// Qi et al., table 2. The paper's orders have at least as many micro-batches as stages.
TEST_CASE("ZB-H1's bubble is (p - 1)(F + B - W) where W is no longer than F and B", "[pipeline]") {
  for_every_timing("zb-h1", [](const Stage& shape, const Durations& d) {
    if (shape.micro_batches < shape.stages) return;
    if (d.weight_gradient > std::min(d.forward, d.input_gradient)) return;
    REQUIRE(Gantt(named("zb-h1"), shape, d).bubble() ==
            (shape.stages - 1) * (d.forward + d.input_gradient - d.weight_gradient));
  });
}

// Not where B < min(W, F): the last stage starts (p - 1) F late, which no order mends.
TEST_CASE("ZB-H1 saves min(W, F) for each micro-batch after the first, up to p - 1 of them",
          "[pipeline]") {
  for_every_timing("zb-h1", [](const Stage& shape, const Durations& d) {
    const std::int64_t saved = std::min(d.weight_gradient, d.forward);
    if (saved > d.input_gradient) return;
    const std::int64_t times = std::min(shape.stages, shape.micro_batches) - 1;
    REQUIRE(Gantt(named("zb-h1"), shape, d).bubble() ==
            (shape.stages - 1) * (d.forward + d.input_gradient) - times * saved);
  });
}

TEST_CASE("ZB-H1's bubble is never longer than 1F1B's", "[pipeline]") {
  for_every_timing("zb-h1", [](const Stage& shape, const Durations& d) {
    REQUIRE(Gantt(named("zb-h1"), shape, d).bubble() <= Gantt(named("1f1b"), shape, d).bubble());
  });
}

TEST_CASE("ZB-H1 keeps p micro-batches on every stage, what 1F1B keeps on the first",
          "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    if (row.name != "zb-h1") return;
    REQUIRE(most_in_flight("zb-h1", stage) == std::min(stage.stages, stage.micro_batches));
  });
}

}  // namespace trainyard::pipeline
