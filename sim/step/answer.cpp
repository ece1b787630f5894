#include "step/answer.hpp"

#include "base/check.hpp"
#include "engine/player.hpp"
#include "hardware/cluster.hpp"
#include "program/lower.hpp"
#include "program/play.hpp"

namespace trainyard::step {
namespace {

// Only what the flows cross needs a capacity; the rest is never asked for.
std::vector<double> bandwidths(const hardware::Cluster& cluster) {
  std::vector<double> bandwidth(static_cast<std::size_t>(cluster.links()));
  for (std::size_t i = 0; i < bandwidth.size(); ++i) {
    bandwidth[i] = cluster.link(LinkId(static_cast<std::int64_t>(i))).bandwidth.value();
  }
  return bandwidth;
}

void sum_time(const program::Play& play, const engine::Outcome& outcome, Answer& answer) {
  for (std::size_t p = 0; p < play.players.size(); ++p) {
    const double part =
        static_cast<double>(play.players[p].ranks) / static_cast<double>(answer.ranks);
    for (std::size_t a = 0; a < program::activities; ++a) {
      answer.spent[a] += outcome.spent[p][a] * part;
    }
  }
}

// Bytes of all transfers that leave a node through an interface. Input comes from the host.
Bytes scale_out(const program::Program& program, const hardware::Cluster& cluster) {
  Bytes sum;
  std::vector<double> sent(program.lanes.size());
  for (std::size_t rank = 0; rank < program.ranks(); ++rank) {
    std::fill(sent.begin(), sent.end(), 0.0);
    for (const auto& instruction :
         program.roles[static_cast<std::size_t>(program.role[rank])].instructions) {
      if (instruction.verb == program::Verb::send) {
        sent[static_cast<std::size_t>(instruction.lane)] += instruction.amount;
      } else if (instruction.verb == program::Verb::exchange) {
        for (std::size_t p = 0; p < program.phase_share.size(); ++p) {
          sent[p + program::lane::first_phase] += instruction.amount * program.phase_share[p];
        }
      }
    }
    for (std::size_t lane = program::lane::forward; lane < program.lanes.size(); ++lane) {
      const std::int32_t flow = program.lanes[lane][rank];
      if (flow == program::none) continue;
      const auto dst = program.flows[static_cast<std::size_t>(flow)].dst;
      if (cluster.node_of(static_cast<std::int64_t>(rank)) != cluster.node_of(dst)) {
        sum += Bytes(sent[lane]);
      }
    }
  }
  return sum;
}

}  // namespace

Answer play(const Task& task, std::int64_t nodes, const Options& options) {
  const auto plan = plan_on(task, nodes);
  EXPECT(plan.has_value());
  const hardware::Cluster cluster(task.node, nodes);
  const program::Program program = program::lower(task.model, *plan, cluster);
  const program::Play folded = program::folded(program, bandwidths(cluster), options.folding);
  const engine::Outcome outcome = engine::play(folded, options.backend);

  Answer answer{.duration = outcome.duration,
                .tensor = plan->tensor(),
                .pipeline = plan->pipeline(),
                .data = plan->data,
                .micro_batches = plan->micro_batches,
                .ranks = plan->ranks(),
                .left_over = plan->left_over,
                .samples = static_cast<double>(plan->samples())};
  answer.tokens = answer.samples * task.model.tokens_per_sample;
  answer.model_work = model::forward_work(task.model) * (3 * answer.samples);
  answer.memory = fullest_stage(task, *plan).memory;
  answer.capacity = parallelism::capacity(task.node);
  answer.scale_out = scale_out(program, cluster);
  answer.mfu =
      answer.model_work / outcome.duration /
      (task.node.accelerator.peak_at(task.request.precision) * static_cast<double>(answer.ranks));
  answer.players = static_cast<std::int64_t>(folded.players.size());
  answer.events = outcome.events;
  answer.exact = folded.exact;
  sum_time(folded, outcome, answer);
  return answer;
}

}  // namespace trainyard::step
