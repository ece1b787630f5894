#include "step/answer.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/random.hpp"
#include "engine/role_times.hpp"
#include "program/benchmark.hpp"
#include "program/lower.hpp"
#include "step/play.hpp"

namespace trainyard::step {
namespace {

using program::Activity;

// Speeds of chips over this step: a class of n ranks is as slow as its slowest.
void add_jitter(double deviation, std::uint64_t seed, program::Play& play) {
  if (deviation <= 0) return;
  constexpr double least = 0.5;  // no chip computes in less than half of its time
  for (program::Player& player : play.players) {
    const double z =
        largest_normal(seed, 0, static_cast<std::uint64_t>(player.first), player.ranks);
    player.slowness *= std::max(least, 1 + deviation * z);
  }
}

void sum_time(const Played& played, Answer& answer) {
  const auto& players = played.play.players;
  for (std::size_t p = 0; p < players.size(); ++p) {
    const double part = players[p].ranks / static_cast<double>(answer.ranks);
    for (std::size_t a = 0; a < program::activities; ++a) {
      answer.spent[a] += played.outcome.spent[p][a] * part;
    }
  }
}

Bytes scale_out(const Played& played) {
  Bytes sum;
  for (std::size_t f = 0; f < played.play.flows.size(); ++f) {
    const program::FlowClass& flow = played.play.flows[f];
    sum += played.outcome.moved[f] * (flow.flows * flow.leaving);
  }
  return sum;
}

// Nodes draw their measured power while their accelerators compute and idle power while they wait.
Joules energy(const Task& task, const Answer& answer) {
  Seconds busy;
  for (std::size_t a = 0; a < program::activities; ++a) {
    if (engine::computes(static_cast<Activity>(a))) busy += answer.spent[a];
  }
  const hardware::NodePower& power = task.node.power;
  const double nodes =
      static_cast<double>(answer.ranks) / static_cast<double>(task.node.accelerators);
  return (power.idle * answer.duration + (power.measured - power.idle) * busy) * nodes;
}

// Forward work done again, one sample: of everything between entry and exit, or of what selective
// recomputation forgets.
Flops recomputed(const Task& task) {
  const parallelism::Recompute recompute = task.request.recompute;
  Flops sum;
  if (recompute == parallelism::Recompute::none) return sum;
  for (std::int64_t i = 0; i < task.model.blocks(); ++i) {
    for (const model::Operator& op : task.model.block(i).operators) {
      if (recompute == parallelism::Recompute::full || op.forgettable) {
        sum += model::forward_work(op);
      }
    }
  }
  return sum;
}

}  // namespace

Played played(const Task& task, std::int64_t nodes, const Options& options,
              engine::Recording* recording) {
  const auto plan = plan_on(task, nodes);
  EXPECT(plan.has_value());
  Played played{.plan = *plan, .cluster = hardware::Cluster(task.node, nodes, task.faults)};
  program::Program program =
      task.exchange ? program::lower_collective(task.exchange->operation, task.exchange->buffer,
                                                played.plan, played.cluster, options.folding)
                    : program::lower(task.model, played.plan, played.cluster, options.folding);
  played.play = program::folded(std::move(program), options.folding);
  add_jitter(task.request.jitter, options.seed, played.play);
  played.outcome = engine::play(played.play, options.backend, recording);
  return played;
}

Answer summed_up(const Task& task, std::int64_t nodes, const Played& played) {
  const parallelism::Plan& plan = played.plan;
  const Seconds duration = played.outcome.duration;
  Answer answer{.duration = duration,
                .tensor = plan.tensor(),
                .context = plan.context(),
                .pipeline = plan.pipeline(),
                .data = plan.data,
                .expert = plan.expert(),
                .micro_batches = plan.micro_batches,
                .ranks = plan.ranks()};
  answer.left_over = nodes * task.node.accelerators - answer.ranks;
  if (!task.exchange) {
    answer.samples = static_cast<double>(plan.samples());
    answer.tokens = answer.samples * task.model.tokens_per_sample;
    answer.model_work = model::training_work(task.model) * answer.samples;
    answer.hardware_work = answer.model_work + recomputed(task) * answer.samples;
    answer.memory = fullest_stage(task, plan).memory;
  }
  answer.capacity = parallelism::capacity(task.node);
  answer.scale_out = scale_out(played);
  const FlopsPerSecond peak =
      task.node.accelerator.peak_at(task.request.precision) * static_cast<double>(answer.ranks);
  if (answer.model_work > Flops(0)) {
    answer.mfu = answer.model_work / duration / peak;
    answer.hfu = answer.hardware_work / duration / peak;
  }
  answer.players = static_cast<std::int64_t>(played.play.players.size());
  answer.events = played.outcome.events;
  answer.exact = played.play.exact;
  sum_time(played, answer);
  answer.energy = energy(task, answer);
  return answer;
}

Answer play(const Task& task, std::int64_t nodes, const Options& options) {
  return summed_up(task, nodes, played(task, nodes, options));
}

}  // namespace trainyard::step
