#include <algorithm>
#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {
namespace {

// Shapes with enough micro-batches to fill the warm-up.
template <class Check>
void for_every_full_timing(const Check& check) {
  for_every_timing("zb-v", [&](const Stage& shape, const Durations& d) {
    if (shape.micro_batches >= 2 * shape.stages - 1) check(shape, d);
  });
}

}  // namespace

TEST_CASE("ZB-V of 4 stages and 8 micro-batches never waits once a stage has begun", "[pipeline]") {
  CHECK(Gantt(named("zb-v"), {0, 4, 8}).lines() ==
        std::vector<std::string>{
            "0123456            7aA   bB   cC   dD   eEfFgGhH",     //
            "       0aA1bB2cC3dD   4eE  5fF  6gG  7hH",             //
            ".01234 5         6aA   7bB   cC   dD   e fEg hFGH",    //
            ".     0 1aA2bB3cC   4dD   5eE  6fF  7gG h   H",        //
            "..012 3 4      5aA   6bB   7cC   dD   e f gEh F GH",   //
            "..   0 1 2aA3bB   4cC   5dD   6eE  7fF g h   G H",     //
            "...0 1 2 3   4aA   5bB   6cC   7dD   e f g hE F G H",  //
            "... 0 1 2 3aA   4bB   5cC   6dD   7eE f g h  F G H",   //
        });
}

// Qi et al., arXiv 2401.10241, section 6.
TEST_CASE("ZB-V has no inner bubble where F = B = W, the last stage starts p - 1 passes late",
          "[pipeline]") {
  for_every_full_timing([](const Stage& shape, const Durations& d) {
    if (d.forward != d.input_gradient || d.forward != d.weight_gradient) return;
    const Gantt gantt(named("zb-v"), shape, d);
    REQUIRE(gantt.inner_bubble() == 0);
    REQUIRE(gantt.bubble() == (shape.stages - 1) * d.forward);
  });
}

// No published number: what this order gives, against the simulation.
TEST_CASE("ZB-V's bubble is (p - 1) max(F, 2 (F - W)) where F = B >= W", "[pipeline]") {
  for_every_full_timing([](const Stage& shape, const Durations& d) {
    if (d.forward != d.input_gradient || d.forward < d.weight_gradient) return;
    const std::int64_t slack = 2 * (d.forward - d.weight_gradient);
    const Gantt gantt(named("zb-v"), shape, d);
    REQUIRE(gantt.inner_bubble() == (shape.stages - 1) * slack);
    REQUIRE(gantt.bubble() == (shape.stages - 1) * std::max(d.forward, slack));
  });
}

TEST_CASE("ZB-V's bubble is at most 1F1B's with the same model", "[pipeline]") {
  for_every_timing("zb-v", [](const Stage& shape, const Durations& d) {
    const Durations twice{2 * d.forward, 2 * d.input_gradient, 2 * d.weight_gradient};
    const Stage one_chunk{0, shape.stages, shape.micro_batches};
    REQUIRE(Gantt(named("zb-v"), shape, d).bubble() <=
            Gantt(named("1f1b"), one_chunk, twice).bubble());
  });
}

TEST_CASE("ZB-V keeps 2 p chunks on every stage, the activations of 1F1B's first", "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    if (row.name != "zb-v") return;
    const std::int64_t most = most_in_flight("zb-v", stage);
    REQUIRE(most <= 2 * std::min(stage.stages, stage.micro_batches));
    if (stage.micro_batches >= 2 * stage.stages - 1) REQUIRE(most == 2 * stage.stages);
  });
}

}  // namespace trainyard::pipeline
