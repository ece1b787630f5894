// A task lowered, folded and played: what answers and reports are summed up from.
#pragma once

#include <vector>

#include "engine/player.hpp"
#include "hardware/footprint.hpp"
#include "program/play.hpp"
#include "step/answer.hpp"
#include "step/placement.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Played {
  Placement placement;
  std::vector<hardware::Cluster> clusters;  // of each section
  hardware::Footprint footprint;            // of these
  program::Play play;
  engine::Outcome outcome;
};

// Of a task on equal nodes, or with one branch. `recording` has notes only of the latter.
Played played(const Task& task, std::int64_t nodes, const Options& options,
              engine::Recording* recording = nullptr);

Answer summed_up(const Task& task, const Played& played);

}  // namespace trainyard::step
