#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {

TEST_CASE("GPipe runs all forward passes, then all backward passes", "[pipeline]") {
  CHECK(Gantt(named("gpipe"), {0, 3, 4}, {1, 1, 0}).lines() == std::vector<std::string>{
                                                                   "0123....abcd",  //
                                                                   ".0123..abcd",   //
                                                                   "..0123abcd",    //
                                                               });
}

// Huang et al., arXiv 1811.06965, section 2.3.
TEST_CASE("GPipe's bubble is (p - 1)(F + B)", "[pipeline]") {
  for_every_timing("gpipe", [](const Stage& shape, const Durations& d) {
    const std::int64_t backward = d.input_gradient + d.weight_gradient;
    REQUIRE(Gantt(named("gpipe"), shape, d).bubble() ==
            (shape.stages - 1) * (d.forward + backward));
  });
}

TEST_CASE("GPipe keeps every micro-batch on every stage", "[pipeline]") {
  for (std::int64_t stage = 0; stage < 4; ++stage)
    CHECK(most_in_flight("gpipe", {stage, 4, 8}) == 8);
}

}  // namespace trainyard::pipeline
