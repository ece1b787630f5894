#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<std::int64_t> in_flight(const ScheduleRow& row, Stage stage) {
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

}  // namespace trainyard::pipeline
