#include <algorithm>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

namespace {

std::vector<std::int64_t> counted(const ScheduleRow& row, Stage stage) {
  std::vector<std::int64_t> kept(static_cast<std::size_t>(chunks(row.layout, stage.chunks)), 0);
  std::vector<std::int64_t> most = kept;
  std::int64_t total = 0;
  std::int64_t most_total = 0;
  for (const Block& block : row.blocks(stage)) {
    // The weights' gradient still needs what the inputs' did.
    if (block.pass == Pass::input_gradient) continue;
    const std::int64_t change = block.pass == Pass::forward ? 1 : -1;
    kept[static_cast<std::size_t>(block.chunk)] += change;
    total += change;
    if (total > most_total) {
      most_total = total;
      most = kept;
    }
  }
  return most;
}

}  // namespace

// Once the pipeline is full more micro-batches change nothing, or add themselves where all are
// kept: of many it is enough to look at few.
std::vector<std::int64_t> in_flight(const ScheduleRow& row, Stage stage) {
  const std::int64_t period = 2 * stage.stages;  // what schedules want multiples of divides it
  const std::int64_t full = 2 * period * std::max<std::int64_t>(1, stage.chunks);
  if (stage.micro_batches <= 2 * full) return counted(row, stage);
  Stage few = stage;
  few.micro_batches = full + stage.micro_batches % period;
  std::vector<std::int64_t> kept = counted(row, few);
  const std::int64_t more = stage.micro_batches - few.micro_batches;
  few.micro_batches += period;
  const std::vector<std::int64_t> next = counted(row, few);
  for (std::size_t c = 0; c < kept.size(); ++c) kept[c] += (next[c] - kept[c]) * (more / period);
  return kept;
}

}  // namespace trainyard::pipeline
