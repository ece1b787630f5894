#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <utility>

#include "pipeline/shapes.hpp"

namespace trainyard::pipeline {
namespace {

bool is_gradient(Pass pass) {
  return pass == Pass::backward || pass == Pass::input_gradient;
}

// Micro-batches in the order in which they leave the spot, forward or backward.
std::vector<std::int64_t> leaving(const ScheduleRow& row, Stage shape, Spot spot, bool backward) {
  shape.stage = spot.stage;
  std::vector<std::int64_t> micro_batches;
  for (const Block& block : row.blocks(shape)) {
    const bool asked = backward ? is_gradient(block.pass) : block.pass == Pass::forward;
    if (asked && block.chunk == spot.chunk) micro_batches.push_back(block.micro_batch);
  }
  return micro_batches;
}

// First and one past the last micro-batch of the chunk.
std::pair<std::int64_t, std::int64_t> range(Layout layout, const Stage& stage, std::int64_t chunk) {
  if (layout != Layout::two_way) return {0, stage.micro_batches};
  const std::int64_t half = stage.micro_batches / 2;
  return chunk == 0 ? std::pair{std::int64_t{0}, half} : std::pair{half, stage.micro_batches};
}

}  // namespace

TEST_CASE("every schedule has a name and a line that says what it is", "[pipeline]") {
  std::set<std::string_view> all;
  for (const ScheduleRow& row : schedules()) {
    CHECK(all.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
}

TEST_CASE("every schedule takes 4 stages, 8 micro-batches and 2 chunks, or its only 1",
          "[pipeline]") {
  for (const ScheduleRow& row : schedules()) {
    CAPTURE(row.name);
    CHECK(row.objection({0, 4, 8, chunks(row.layout, 2)}).empty());
  }
}

TEST_CASE("every objection to a shape says what to use instead", "[pipeline]") {
  for (const ScheduleRow& row : schedules()) {
    for (std::int64_t stages = 1; stages <= 6; ++stages) {
      for (std::int64_t micro_batches = 1; micro_batches <= 14; ++micro_batches) {
        const std::string objection = row.objection({0, stages, micro_batches, 3});
        CAPTURE(objection);
        CHECK((objection.empty() || objection.find("; use ") != std::string::npos));
      }
    }
  }
}

TEST_CASE("schedules with one chunk object to others, as those with two do", "[pipeline]") {
  CHECK(named("1f1b").objection({0, 4, 8, 2}) ==
        "this schedule puts one chunk on each stage, not 2; use interleaved or 1");
  CHECK(named("zb-v").objection({0, 4, 8, 3}) ==
        "this schedule puts two chunks on each stage, not 3; use interleaved or 2");
  CHECK(named("zb-v").objection({0, 4, 8, 1}).empty());
}

TEST_CASE("every schedule runs each pass of each micro-batch once through each of its chunks",
          "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Pass>> passes;
    for (const Block& block : row.blocks(stage)) {
      passes[{block.chunk, block.micro_batch}].push_back(block.pass);
    }
    std::size_t expected = 0;
    for (std::int64_t chunk = 0; chunk < chunks(row.layout, stage.chunks); ++chunk) {
      const auto [first, end] = range(row.layout, stage, chunk);
      for (std::int64_t i = first; i < end; ++i, ++expected) {
        const auto& mine = passes[{chunk, i}];
        const bool whole = mine == std::vector{Pass::forward, Pass::backward};
        const bool split =
            mine == std::vector{Pass::forward, Pass::input_gradient, Pass::weight_gradient};
        REQUIRE((whole || split));
      }
    }
    REQUIRE(passes.size() == expected);
  });
}

// Messages between two spots arrive in the order of sending.
TEST_CASE("every schedule passes micro-batches on in the order in which the next piece takes them",
          "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, const Stage& stage) {
    for (std::int64_t chunk = 0; chunk < chunks(row.layout, stage.chunks); ++chunk) {
      const Spot here{stage.stage, chunk};
      const auto there = next(row.layout, here, stage.stages, stage.chunks);
      if (!there) continue;
      for (const bool backward : {false, true}) {
        REQUIRE(leaving(row, stage, here, backward) == leaving(row, stage, *there, backward));
      }
    }
  });
}

TEST_CASE("the stages of every schedule never wait for each other in a circle", "[pipeline]") {
  for_every_shape(
      [](const ScheduleRow& row, const Stage& shape) { REQUIRE(Gantt(row, shape).complete()); });
}

TEST_CASE("no schedule of one stage waits", "[pipeline]") {
  for_every_shape([](const ScheduleRow& row, const Stage& shape) {
    if (shape.stages == 1) REQUIRE(Gantt(row, shape).bubble() == 0);
  });
}

}  // namespace trainyard::pipeline
