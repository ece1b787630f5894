// A task lowered, folded and played: what answers and reports are summed up from.
#pragma once

#include "engine/player.hpp"
#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/play.hpp"
#include "step/answer.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Played {
  parallelism::Plan plan;
  hardware::Cluster cluster;
  program::Play play;
  engine::Outcome outcome;
};

Played played(const Task& task, std::int64_t nodes, const Options& options,
              engine::Recording* recording = nullptr);

Answer summed_up(const Task& task, std::int64_t nodes, const Played& played);

}  // namespace trainyard::step
