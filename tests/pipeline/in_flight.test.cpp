#include <catch2/catch.hpp>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {
namespace {

std::vector<std::int64_t> in_flight_of(std::vector<Block> (*blocks)(Stage)) {
  return in_flight({"", "", Layout::vee, blocks, nullptr}, {});
}

}  // namespace

TEST_CASE("activations are kept until the weights' gradient, not the inputs'", "[pipeline]") {
  const auto kept = in_flight_of([](Stage) {
    return std::vector<Block>{{Pass::forward, 0, 0},         {Pass::input_gradient, 0, 0},
                              {Pass::forward, 1, 0},         {Pass::backward, 1, 0},
                              {Pass::weight_gradient, 0, 0}, {Pass::forward, 2, 1}};
  });
  CHECK(kept == std::vector<std::int64_t>{2, 0});
}

TEST_CASE("each chunk counts at the moment when the stage keeps most, the first of equal ones",
          "[pipeline]") {
  const auto kept = in_flight_of([](Stage) {
    return std::vector<Block>{{Pass::forward, 0, 1},  {Pass::forward, 1, 1}, {Pass::backward, 0, 1},
                              {Pass::forward, 0, 0},  {Pass::forward, 1, 0}, {Pass::backward, 1, 1},
                              {Pass::backward, 0, 0}, {Pass::forward, 2, 0}, {Pass::forward, 3, 0}};
  });
  CHECK(kept == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("of a million micro-batches as many are kept as of a hundred", "[pipeline]") {
  for (const ScheduleRow& row : schedules()) {
    const std::int64_t chunks = row.layout == Layout::looped ? 3 : 1;
    for (std::int64_t s = 0; s < 4; ++s) {
      INFO(row.name << ", stage " << s);
      const auto few = in_flight(row, {s, 4, 104, chunks});
      const auto many = in_flight(row, {s, 4, 1'000'000, chunks});
      if (row.name == "gpipe") {
        CHECK(many == std::vector<std::int64_t>{1'000'000});
      } else {
        CHECK(many == few);
      }
    }
  }
}

}  // namespace trainyard::pipeline
