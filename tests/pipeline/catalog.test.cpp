#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "pipeline/gantt.hpp"

namespace trainyard::pipeline {
namespace {

template <class Check>
void for_every_stage(const Check& check) {
  for (const ScheduleRow& row : schedules()) {
    for (std::int64_t stages = 1; stages <= 6; ++stages) {
      for (std::int64_t micro_batches = 1; micro_batches <= 9; ++micro_batches) {
        for (std::int64_t s = 0; s < stages; ++s) {
          CAPTURE(row.name, stages, micro_batches, s);
          check(row, Stage{s, stages, micro_batches});
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("every schedule has a name and a line that says what it is", "[pipeline]") {
  std::set<std::string_view> names;
  for (const ScheduleRow& row : schedules()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
  }
}

TEST_CASE("every schedule runs each micro-batch forward once, then backward once", "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, Stage stage) {
    std::set<std::int64_t> forward;
    std::set<std::int64_t> backward;
    for (const Block& block : row.blocks(stage)) {
      REQUIRE(block.micro_batch >= 0);
      REQUIRE(block.micro_batch < stage.micro_batches);
      if (block.pass == Pass::forward) {
        REQUIRE(forward.insert(block.micro_batch).second);
      } else {
        REQUIRE(forward.contains(block.micro_batch));
        REQUIRE(backward.insert(block.micro_batch).second);
      }
    }
    REQUIRE(static_cast<std::int64_t>(backward.size()) == stage.micro_batches);
    REQUIRE(static_cast<std::int64_t>(forward.size()) == stage.micro_batches);
  });
}

TEST_CASE("every schedule keeps at most as many micro-batches as it says", "[pipeline]") {
  for_every_stage([](const ScheduleRow& row, Stage stage) {
    std::int64_t live = 0;
    std::int64_t most = 0;
    for (const Block& block : row.blocks(stage)) {
      live += block.pass == Pass::forward ? 1 : -1;
      most = std::max(most, live);
    }
    REQUIRE(most == row.in_flight(stage));
  });
}

TEST_CASE("the stages of every schedule never wait for each other in a circle", "[pipeline]") {
  for (const ScheduleRow& row : schedules()) {
    for (std::int64_t stages = 1; stages <= 6; ++stages) {
      for (std::int64_t micro_batches = 1; micro_batches <= 9; ++micro_batches) {
        CAPTURE(row.name, stages, micro_batches);
        CHECK(Gantt(row, stages, micro_batches).complete());
      }
    }
  }
}

// Huang et al., arXiv 1811.06965, section 2.3; Narayanan et al., arXiv 2104.04473, section 2.2.1.
TEST_CASE("every schedule so far takes 2 (m + p - 1) units: its bubble is (p - 1) / m",
          "[pipeline]") {
  for (const ScheduleRow& row : schedules()) {
    for (std::int64_t stages = 1; stages <= 6; ++stages) {
      for (std::int64_t micro_batches = 1; micro_batches <= 9; ++micro_batches) {
        CAPTURE(row.name, stages, micro_batches);
        const Gantt gantt(row, stages, micro_batches);
        CHECK(static_cast<std::int64_t>(gantt.lines().front().size()) ==
              2 * (micro_batches + stages - 1));
      }
    }
  }
}

}  // namespace trainyard::pipeline
