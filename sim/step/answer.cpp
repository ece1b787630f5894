#include "step/answer.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/random.hpp"
#include "engine/role_times.hpp"
#include "program/benchmark.hpp"
#include "program/lower.hpp"
#include "step/jointly.hpp"
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

// Nodes draw their measured power while their accelerators compute and idle power while they wait:
// those of each stage as long as an average rank of the stage.
Joules energy(const Played& played) {
  Joules sum;
  const Placement& placement = played.placement;
  for (std::size_t p = 0; p < played.play.players.size(); ++p) {
    const program::Player& player = played.play.players[p];
    const hardware::Node& node = placement.sections[placement.section_of(player.role)].node;
    Seconds busy;
    for (std::size_t a = 0; a < program::activities; ++a) {
      if (engine::computes(static_cast<Activity>(a))) busy += played.outcome.spent[p][a];
    }
    const double nodes = player.ranks / static_cast<double>(node.accelerators);
    sum += (node.power.idle * played.outcome.duration +
            (node.power.measured - node.power.idle) * busy) *
           nodes;
  }
  return sum;
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
  auto placed = placement(task, nodes);
  EXPECT(placed.has_value());
  std::vector<hardware::Cluster> clusters;
  std::vector<hardware::Part> parts;
  for (const Section& section : placed->sections) {
    clusters.emplace_back(section.node, section.nodes, task.faults);
  }
  for (std::size_t s = 0; s < clusters.size(); ++s) {
    parts.push_back({&clusters[s], placed->sections[s].site});
  }
  hardware::Footprint footprint(std::move(parts),
                                task.joint ? shared(*task.joint) : hardware::WideArea(),
                                task.joint ? task.joint->sync.streams : 1);
  Played played{std::move(*placed), std::move(clusters), std::move(footprint)};
  const parallelism::Plan& plan = played.placement.plan();
  const auto notes = task.joint ? program::Notes::gradients : program::Notes::off;
  program::Program program =
      task.exchange ? program::lower_collective(task.exchange->operation, task.exchange->buffer,
                                                plan, played.clusters.front(), options.folding)
                    : program::lower(task.model, played.placement.program_sections(),
                                     played.footprint, options.folding, notes);
  played.play = program::folded(std::move(program), options.folding);
  add_jitter(task.request.jitter, options.seed, played.play);
  played.outcome = engine::play(played.play, options.backend, recording);
  return played;
}

Answer summed_up(const Task& task, const Played& played) {
  const Placement& placement = played.placement;
  const parallelism::Plan& plan = placement.plan();
  const Seconds duration = played.outcome.duration;
  Answer answer{.duration = duration,
                .tensor = plan.tensor(),
                .context = plan.context(),
                .pipeline = plan.pipeline(),
                .data = plan.data,
                .expert = plan.expert(),
                .micro_batches = plan.micro_batches,
                .ranks = placement.ranks()};
  answer.left_over = placement.left_over();
  answer.capacity = placement.capacity(0);
  if (!task.exchange) {
    answer.samples = static_cast<double>(plan.samples());
    answer.tokens = answer.samples * task.model.tokens_per_sample;
    answer.model_work = model::training_work(task.model) * answer.samples;
    answer.hardware_work = answer.model_work + recomputed(task) * answer.samples;
    const StageMemory fullest = fullest_stage(task.model, placement);
    answer.memory = fullest.memory;
    answer.capacity = placement.capacity(fullest.stage);
  }
  answer.scale_out = scale_out(played);
  if (answer.model_work > Flops(0)) {
    answer.mfu = answer.model_work / duration / placement.peak();
    answer.hfu = answer.hardware_work / duration / placement.peak();
  }
  answer.players = static_cast<std::int64_t>(played.play.players.size());
  answer.events = played.outcome.events;
  answer.exact = played.play.exact;
  sum_time(played, answer);
  answer.energy = energy(played);
  return answer;
}

Answer play(const Task& task, std::int64_t nodes, const Options& options) {
  if (task.joint && task.joint->branches.size() > 1) return play_jointly(task, options);
  return summed_up(task, played(task, nodes, options));
}

}  // namespace trainyard::step
