// What the tests of schedules share: the shapes and pass durations that they run over.
#pragma once

#include <catch2/catch.hpp>
#include <numeric>
#include <string_view>
#include <vector>

#include "base/catalog.hpp"
#include "pipeline/gantt.hpp"
#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

inline const ScheduleRow& named(std::string_view name) {
  return *find_row(schedules(), name);
}

// Every schedule with every small shape that it takes; `stage` is 0.
template <class Check>
void for_every_shape(const Check& check) {
  for (const ScheduleRow& row : schedules()) {
    for (std::int64_t stages = 1; stages <= 6; ++stages) {
      for (std::int64_t micro_batches = 1; micro_batches <= 14; ++micro_batches) {
        for (std::int64_t asked = 1; asked <= 3; ++asked) {
          const Stage shape{0, stages, micro_batches, asked};
          CAPTURE(row.name, stages, micro_batches, asked);
          const bool same_as_one = asked > 1 && row.layout != Layout::looped;
          if (!same_as_one && row.objection(shape).empty()) check(row, shape);
        }
      }
    }
  }
}

template <class Check>
void for_every_stage(const Check& check) {
  for_every_shape([&check](const ScheduleRow& row, Stage shape) {
    for (shape.stage = 0; shape.stage < shape.stages; ++shape.stage) {
      CAPTURE(shape.stage);
      check(row, shape);
    }
  });
}

// Equal passes, each of the three longest and shortest, and ties.
inline constexpr Durations timings[] = {{1, 1, 1}, {2, 2, 2}, {2, 2, 1}, {3, 3, 1}, {1, 1, 2},
                                        {1, 2, 1}, {1, 2, 3}, {1, 3, 2}, {2, 1, 2}, {2, 1, 3},
                                        {2, 3, 1}, {2, 3, 3}, {3, 1, 2}, {3, 2, 1}};

// Every shape that the schedule takes, with all of those.
template <class Check>
void for_every_timing(std::string_view name, const Check& check) {
  for_every_shape([&](const ScheduleRow& row, const Stage& shape) {
    if (row.name != name) return;
    for (const Durations& durations : timings) {
      CAPTURE(durations.forward, durations.input_gradient, durations.weight_gradient);
      check(shape, durations);
    }
  });
}

// Activations that the stage keeps at once, all its chunks together.
inline std::int64_t most_in_flight(std::string_view name, const Stage& stage) {
  const std::vector<std::int64_t> kept = in_flight(named(name), stage);
  return std::accumulate(kept.begin(), kept.end(), std::int64_t{0});
}

}  // namespace trainyard::pipeline
