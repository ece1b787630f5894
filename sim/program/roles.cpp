#include "program/roles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "collective/in_node.hpp"
#include "kernel/roofline.hpp"
#include "parallelism/memory.hpp"
#include "pipeline/schedule.hpp"

namespace trainyard::program {
namespace {

// Gradients are reduced in pieces as the last backward pass proceeds; frameworks use buckets of
// tens of megabytes, a few pieces show the same overlap.
constexpr int gradient_pieces = 4;

// What one stage costs, a micro-batch and a step.
struct Costs {
  Seconds forward;
  Seconds backward;  // recomputation included
  Seconds forward_exchange;
  Seconds backward_exchange;
  Seconds forward_stream;  // beyond what computing hides
  Seconds backward_stream;
  Seconds optimizer;
  Seconds optimizer_stream;
  Bytes input;      // from the host
  Bytes boundary;   // to the next stage
  Bytes gradients;  // to be summed over replicas
};

class StageBuilder {
 public:
  StageBuilder(const model::Model& model, const parallelism::Plan& plan,
               const pipeline::ScheduleRow& schedule, pipeline::Stage stage, Costs costs)
      : model_(model), plan_(plan), schedule_(schedule), stage_(stage), costs_(costs) {}

  Role build() &&;

 private:
  void compute(Activity activity, Seconds time);
  void add(Verb verb, Activity activity, std::int32_t lane, double amount);
  void forward(std::int64_t micro_batch);
  void backward(bool last);
  [[nodiscard]] bool first() const { return stage_.stage == 0; }
  [[nodiscard]] bool final() const { return stage_.stage == stage_.stages - 1; }

  const model::Model& model_;
  const parallelism::Plan& plan_;
  const pipeline::ScheduleRow& schedule_;
  pipeline::Stage stage_;
  Costs costs_;
  Role role_;
};

void StageBuilder::add(Verb verb, Activity activity, std::int32_t lane, double amount) {
  role_.instructions.push_back({verb, activity, lane, amount});
}

void StageBuilder::compute(Activity activity, Seconds time) {
  if (time > Seconds(0)) add(Verb::compute, activity, 0, time.value());
}

void StageBuilder::forward(std::int64_t micro_batch) {
  if (first() && micro_batch > 0) add(Verb::receive, Activity::input_wait, lane::input, 0);
  if (!first()) add(Verb::receive, Activity::pipeline_wait, lane::forward, 0);
  compute(Activity::forward, costs_.forward);
  compute(Activity::tensor_exchange, costs_.forward_exchange);
  compute(Activity::memory_stream, costs_.forward_stream);
  if (!final()) add(Verb::send, Activity::forward, lane::forward, costs_.boundary.value());
}

void StageBuilder::backward(bool last) {
  if (!final()) add(Verb::receive, Activity::pipeline_wait, lane::backward, 0);
  const bool reduces = last && plan_.data > 1;
  const int pieces = reduces && plan_.request.overlap_gradients ? gradient_pieces : 1;
  for (int piece = 0; piece < pieces; ++piece) {
    compute(Activity::backward, costs_.backward / pieces);
    compute(Activity::tensor_exchange, costs_.backward_exchange / pieces);
    compute(Activity::memory_stream, costs_.backward_stream / pieces);
    if (reduces) {
      add(Verb::exchange, Activity::backward, 0, costs_.gradients.value() / pieces);
    }
  }
  if (!first()) add(Verb::send, Activity::backward, lane::backward, costs_.boundary.value());
}

Role StageBuilder::build() && {
  role_.name = fmt::format("stage {}", stage_.stage);
  if (first()) {
    for (std::int64_t i = 0; i < stage_.micro_batches; ++i) {
      add(Verb::send, Activity::forward, lane::input, costs_.input.value());
    }
  }
  std::int64_t backwards = 0;
  for (const pipeline::Block& block : schedule_.blocks(stage_)) {
    if (block.pass == pipeline::Pass::forward) {
      forward(block.micro_batch);
    } else {
      backward(++backwards == stage_.micro_batches);
    }
  }
  if (plan_.data > 1) add(Verb::join, Activity::gradient_wait, 0, 0);
  compute(Activity::optimizer, costs_.optimizer);
  compute(Activity::memory_stream, costs_.optimizer_stream);
  if (first()) add(Verb::receive, Activity::input_wait, lane::input, 0);
  return std::move(role_);
}

// Sums a stage's layers: `blocks` equal ones, the entry on the first stage, the exit on the last.
struct LayerSums {
  kernel::Duration time;
  Seconds exchange;
};

LayerSums layer_sums(const model::Model& model, const parallelism::Plan& plan,
                     const hardware::Cluster& cluster, pipeline::Stage stage,
                     const collective::Line& all_reduce) {
  const kernel::Share share{.tensor = plan.tensor(),
                            .sequence_parallel = plan.request.sequence_parallel,
                            .micro_batch = plan.micro_batch(),
                            .precision = plan.request.precision};
  LayerSums sums;
  const auto add = [&](const model::Layer& layer, double count) {
    const kernel::Duration one = kernel::duration(layer, share, cluster.node().accelerator);
    sums.time.forward += one.forward * count;
    sums.time.backward += one.backward * count;
    if (plan.tensor() > 1) {
      const Bytes buffer = layer.boundary * static_cast<double>(plan.micro_batch());
      sums.exchange += all_reduce.at(buffer) * (count * static_cast<double>(layer.all_reduces));
    }
  };
  const auto layers = parallelism::layers_by_stage(model.blocks, plan.pipeline());
  add(model.block, static_cast<double>(layers[static_cast<std::size_t>(stage.stage)]));
  if (stage.stage == 0) add(model.entry, 1);
  if (stage.stage == stage.stages - 1) add(model.exit, 1);
  return sums;
}

// Streaming runs beside computing; only what is longer shows.
Seconds exposed(Bytes streamed, const hardware::Node& node, Seconds beside) {
  if (streamed <= Bytes(0)) return Seconds(0);
  return std::max(Seconds(0), streamed / parallelism::streaming_bandwidth(node) - beside);
}

Costs costs(const model::Model& model, const parallelism::Plan& plan,
            const hardware::Cluster& cluster, const pipeline::ScheduleRow& schedule,
            pipeline::Stage stage) {
  const collective::Line all_reduce = collective::in_node_all_reduce(cluster, plan.tensor());
  const LayerSums sums = layer_sums(model, plan, cluster, stage, all_reduce);
  const std::int64_t in_flight = schedule.in_flight(stage);
  const parallelism::Memory memory = parallelism::memory(model, plan, stage.stage, in_flight);
  const parallelism::Streaming streamed = parallelism::streaming(memory, cluster.node(), in_flight);
  const bool again = plan.request.recompute == parallelism::Recompute::full;
  const auto tensor = static_cast<double>(plan.tensor());
  const auto micro_batch = static_cast<double>(plan.micro_batch());

  Costs costs;
  costs.forward = sums.time.forward;
  costs.backward = sums.time.backward + sums.time.forward * (again ? 1 : 0);
  costs.forward_exchange = sums.exchange;
  costs.backward_exchange = sums.exchange * (again ? 2 : 1);
  costs.forward_stream = exposed(streamed.forward, cluster.node(), costs.forward);
  costs.backward_stream = exposed(streamed.backward, cluster.node(), costs.backward);
  const double weight = plan.request.precision == hardware::Precision::fp32 ? 4 : 2;
  costs.optimizer =
      kernel::optimizer_duration(memory.parameters.value() / weight, cluster.node().accelerator);
  costs.optimizer_stream = exposed(streamed.optimizer, cluster.node(), costs.optimizer);
  costs.input = model.sample_input * (micro_batch / tensor);
  costs.boundary =
      model.block.boundary * (micro_batch / (plan.request.sequence_parallel ? tensor : 1));
  costs.gradients = memory.gradients;
  return costs;
}

}  // namespace

std::vector<Role> roles(const model::Model& model, const parallelism::Plan& plan,
                        const hardware::Cluster& cluster) {
  const pipeline::ScheduleRow* schedule = find_row(pipeline::schedules(), plan.request.schedule);
  EXPECT(schedule != nullptr);
  std::vector<Role> roles;
  for (std::int64_t s = 0; s < plan.pipeline(); ++s) {
    const pipeline::Stage stage{s, plan.pipeline(), plan.micro_batches};
    roles.push_back(
        StageBuilder(model, plan, *schedule, stage, costs(model, plan, cluster, *schedule, stage))
            .build());
  }
  return roles;
}

}  // namespace trainyard::program
