#include <algorithm>
#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {

// Narayanan et al., arXiv 2104.04473, figure 4 (top), with passes of equal length.
TEST_CASE("1F1B of 4 stages and 8 micro-batches is the published picture", "[pipeline]") {
  CHECK(Gantt(named("1f1b"), {0, 4, 8}, {1, 1, 0}).lines() == std::vector<std::string>{
                                                                  "0123...a4b5c6d7e.f.g.h",  //
                                                                  ".012..a3b4c5d6e7f.g.h",   //
                                                                  "..01.a2b3c4d5e6f7g.h",    //
                                                                  "...0a1b2c3d4e5f6g7h",     //
                                                              });
}

// Narayanan et al., section 2.2.1.
TEST_CASE("1F1B's bubble is (p - 1)(F + B)", "[pipeline]") {
  for_every_timing("1f1b", [](const Stage& shape, const Durations& d) {
    const std::int64_t backward = d.input_gradient + d.weight_gradient;
    REQUIRE(Gantt(named("1f1b"), shape, d).bubble() == (shape.stages - 1) * (d.forward + backward));
  });
}

TEST_CASE("1F1B keeps as many micro-batches as stages follow, itself included", "[pipeline]") {
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    CHECK(most_in_flight("1f1b", {stage, 4, 8}) == 4 - stage);
  }
}

TEST_CASE("1F1B keeps no more micro-batches than there are", "[pipeline]") {
  CHECK(most_in_flight("1f1b", {0, 16, 3}) == 3);
  CHECK(Gantt(named("1f1b"), {0, 4, 1}, {1, 1, 0}).lines().front() == "0......a");
}

TEST_CASE("1F1B of one stage alternates", "[pipeline]") {
  CHECK(Gantt(named("1f1b"), {0, 1, 3}, {1, 1, 0}).lines() == std::vector<std::string>{"0a1b2c"});
}

}  // namespace trainyard::pipeline
