// What the step scale answers: how long a step takes and where the time goes. A plain struct, so
// that it can come through a pipe; report.hpp has what varies in length.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "engine/network.hpp"
#include "program/fold.hpp"
#include "program/program.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Answer {
  Seconds duration;
  // What the time of an average rank goes to; sums to `duration`. Shape [activities].
  std::array<Seconds, program::activities> spent;
  std::int64_t tensor = 1;
  std::int64_t context = 1;
  std::int64_t pipeline = 1;
  std::int64_t data = 1;
  std::int64_t expert = 1;
  std::int64_t micro_batches = 1;
  std::int64_t ranks = 0;      // accelerators that work
  std::int64_t left_over = 0;  // accelerators given that the plan cannot use
  double samples = 0;          // a step
  double tokens = 0;           // a step; zero for models that count samples
  Flops model_work;            // a step: forward and backward, nothing recomputed
  Flops hardware_work;         // a step, what is recomputed included
  parallelism::Memory memory;  // of the fullest stage, per accelerator
  Bytes capacity;              // per accelerator
  Bytes scale_out;             // sent between nodes by all ranks together
  Joules energy;               // of the nodes that work: measured power while computing, else idle
  double mfu = 0;  // model FLOP/s over dense peak (Chowdhery et al., arXiv 2204.02311, appendix B)
  double hfu = 0;  // the same with what is recomputed (Korthikanti et al., arXiv 2205.05198)
  std::int64_t players = 0;  // played, folded
  std::int64_t events = 0;
  std::int64_t branches = 1;  // that train copies of the model (joint.hpp)
  // What a token is worth against data-parallel training that reaches the same loss (loss.hpp).
  double worth = 1;
  // Tokens of a step with which training of its kind does best by the published law (loss.hpp); 0:
  // there is no law for it.
  double best_batch = 0;
  Bytes between;         // that a branch sends to the next one in a step
  double staleness = 0;  // of asynchronous branches, in outer steps
  bool exact = true;     // whether folding changes nothing (program/fold.hpp)
};

struct Options {
  program::Folding folding = program::Folding::classes;
  engine::Backend backend = engine::Backend::fair;
  std::uint64_t seed = 0;  // of the jitter
};

// Plays one step of the task on `nodes` nodes. Makes a SimGrid Engine: run it in a process of its
// own (engine/isolated). Requires plan_on(task, nodes).
Answer play(const Task& task, std::int64_t nodes, const Options& options = {});

}  // namespace trainyard::step
