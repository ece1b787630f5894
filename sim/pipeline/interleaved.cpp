#include "pipeline/interleaved.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"
#include "pipeline/in_order.hpp"

namespace trainyard::pipeline {

// One stage alone needs no pipeline, and nothing speaks against it either: each micro-batch then
// runs through its chunks in turn.
std::string interleaved_objection(Stage stage) {
  if (stage.chunks < 2) {
    return fmt::format("interleaved 1F1B needs two chunks on each stage or more, not {}; use 1f1b",
                       stage.chunks);
  }
  const std::int64_t rounded = stage.micro_batches / stage.stages * stage.stages;
  if (rounded == stage.micro_batches) return "";
  const std::int64_t above = rounded + stage.stages;
  return fmt::format(
      "interleaved 1F1B needs micro-batches ({}) in multiples of the stages ({}); use {}",
      stage.micro_batches, stage.stages,
      rounded == 0 ? fmt::to_string(above) : fmt::format("{} or {}", rounded, above));
}

std::vector<Block> interleaved(Stage stage) {
  EXPECT(interleaved_objection(stage).empty());
  const std::int64_t total = stage.micro_batches * stage.chunks;
  // Megatron-LM, megatron/core/pipeline_parallel/schedules.py: every later stage costs two, one on
  // the way there and one on the way back; then all chunks but the last.
  const std::int64_t warm_up =
      std::min(total, (stage.stages - stage.stage - 1) * 2 + (stage.chunks - 1) * stage.stages);
  const auto chunk = [stage](std::int64_t block) { return block / stage.stages % stage.chunks; };
  InOrder order(std::vector<std::int64_t>(static_cast<std::size_t>(stage.chunks), 0));
  for (std::int64_t i = 0; i < warm_up; ++i) order.forward(chunk(i));
  for (std::int64_t i = 0; i < total; ++i) {
    if (i + warm_up < total) order.forward(chunk(i + warm_up));
    order.backward(stage.chunks - 1 - chunk(i));
  }
  return std::move(order).blocks();
}

}  // namespace trainyard::pipeline
