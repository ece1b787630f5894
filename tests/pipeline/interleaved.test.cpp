#include <algorithm>
#include <catch2/catch.hpp>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {

// The order of Narayanan et al., arXiv 2104.04473, figure 4 (bottom), with passes of equal length.
TEST_CASE("interleaved 1F1B sends groups of as many micro-batches as stages through each chunk",
          "[pipeline]") {
  CHECK(Gantt(named("interleaved"), {0, 4, 8, 2}, {1, 1, 0}).lines() ==
        std::vector<std::string>{
            "0123    456 7 ..     a bcd. . . . efgh",  //
            "    0123   a b..4c5d6 7   .e.f.g.h",      //
            ".0123    4 5 6 7  a b c d. . . . efgh",   //
            ".    0123 a b c d4 5 6 7 .e.f.g.h",       //
            "..0123      4 5 6a7b c d    . . efgh",    //
            "..    012a3b c d    4 5 6e7f.g.h",        //
            "...0123        4a5b6c7d        efgh",     //
            "...    0a1b2c3d        4e5f6g7h",         //
        });
}

// Narayanan et al., section 2.2.2: 1 / v of 1F1B's, whose passes are v times as long.
TEST_CASE("interleaved 1F1B's bubble is (p - 1)(F + B) for the passes of one chunk", "[pipeline]") {
  for_every_timing("interleaved", [](const Stage& shape, const Durations& d) {
    const std::int64_t backward = d.input_gradient + d.weight_gradient;
    REQUIRE(Gantt(named("interleaved"), shape, d).bubble() ==
            (shape.stages - 1) * (d.forward + backward));
  });
}

// Megatron-LM's warm-up, and the forward pass that follows it.
TEST_CASE("interleaved 1F1B keeps up to 2 (p - s - 1) + (v - 1) p + 1 chunks", "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    if (row.name != "interleaved") return;
    const std::int64_t warm_up =
        2 * (stage.stages - stage.stage - 1) + (stage.chunks - 1) * stage.stages;
    REQUIRE(most_in_flight("interleaved", stage) ==
            std::min(warm_up + 1, stage.micro_batches * stage.chunks));
  });
}

TEST_CASE("interleaved 1F1B of one stage runs a micro-batch through all its chunks", "[pipeline]") {
  CHECK(Gantt(named("interleaved"), {0, 1, 3, 2}, {1, 1, 0}).lines() == std::vector<std::string>{
                                                                            "0  1a  2b  c",  //
                                                                            " 0a  1b  2c",   //
                                                                        });
}

TEST_CASE("interleaved 1F1B objects to one chunk and to broken groups of micro-batches",
          "[pipeline]") {
  const auto objection = named("interleaved").objection;
  CHECK(objection({0, 4, 8, 1}) ==
        "interleaved 1F1B needs two chunks on each stage or more, not 1; use 1f1b");
  CHECK(objection({0, 4, 10, 2}) ==
        "interleaved 1F1B needs micro-batches (10) in multiples of the stages (4); use 8 or 12");
  CHECK(objection({0, 4, 3, 2}) ==
        "interleaved 1F1B needs micro-batches (3) in multiples of the stages (4); use 4");
}

}  // namespace trainyard::pipeline
