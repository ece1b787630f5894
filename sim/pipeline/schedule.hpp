// In which order a pipeline stage handles the forward and backward passes of its micro-batches.
// Members: one file pair each and a row in catalog.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trainyard::pipeline {

enum class Pass { forward, backward };

struct Block {
  Pass pass = Pass::forward;
  std::int64_t micro_batch = 0;
  friend bool operator==(const Block&, const Block&) = default;
};

// A stage's place: `stage` of `stages`, with `micro_batches` to handle in a step.
struct Stage {
  std::int64_t stage = 0;
  std::int64_t stages = 1;
  std::int64_t micro_batches = 1;
};

struct ScheduleRow {
  std::string_view name;
  std::string_view summary;
  std::vector<Block> (*blocks)(Stage stage);
  // Micro-batches whose activations the stage keeps at once, at most.
  std::int64_t (*in_flight)(Stage stage);
};

std::span<const ScheduleRow> schedules();

}  // namespace trainyard::pipeline
