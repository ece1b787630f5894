#include "parallelism/memory.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::parallelism {
namespace {

constexpr double usable = 0.94;

struct BytesPerParameter {
  double weight;
  double gradient;
  double optimizer;
};

BytesPerParameter bytes_per_parameter(hardware::Precision precision) {
  return precision == hardware::Precision::fp32 ? BytesPerParameter{4, 4, 8}
                                                : BytesPerParameter{2, 4, 12};
}

double stage_parameters(const model::Model& model, const Plan& plan, std::int64_t stage) {
  const auto layers = layers_by_stage(model.blocks, plan.pipeline());
  double count =
      static_cast<double>(layers[static_cast<std::size_t>(stage)]) * model.block.parameters;
  if (stage == 0) count += model.entry.parameters;
  if (stage == plan.pipeline() - 1) count += model.exit.parameters;
  return count / static_cast<double>(plan.tensor());
}

// Kept for the backward pass of one layer by one rank, one micro-batch.
Bytes stored(const model::Layer& layer, const Plan& plan) {
  const auto tensor = static_cast<double>(plan.tensor());
  const double whole = plan.request.sequence_parallel ? tensor : 1;
  return (layer.stored_whole / whole + layer.stored_divided / tensor) *
         static_cast<double>(plan.micro_batch());
}

// The input of a layer, all that is kept where the layer is recomputed.
Bytes boundary(const model::Layer& layer, const Plan& plan) {
  const double parts = plan.request.sequence_parallel ? static_cast<double>(plan.tensor()) : 1;
  return layer.boundary / parts * static_cast<double>(plan.micro_batch());
}

Bytes near_capacity(const hardware::Node& node) {
  Bytes sum;
  for (const hardware::Tier& tier : node.accelerator.memory) sum += tier.capacity;
  return sum * usable;
}

}  // namespace

Memory memory(const model::Model& model, const Plan& plan, std::int64_t stage,
              std::int64_t in_flight) {
  EXPECT(stage >= 0 && stage < plan.pipeline());
  const BytesPerParameter each = bytes_per_parameter(plan.request.precision);
  const double count = stage_parameters(model, plan, stage);
  const auto layers = static_cast<double>(
      layers_by_stage(model.blocks, plan.pipeline())[static_cast<std::size_t>(stage)]);
  const auto batches = static_cast<double>(in_flight);

  Memory memory{.parameters = Bytes(each.weight * count),
                .gradients = Bytes(each.gradient * count),
                .optimizer = Bytes(each.optimizer * count)};
  if (plan.request.recompute == Recompute::full) {
    memory.activations = boundary(model.block, plan) * (layers * batches);
    memory.working = stored(model.block, plan);
  } else {
    memory.activations = stored(model.block, plan) * (layers * batches);
  }
  if (stage == 0) memory.activations += stored(model.entry, plan) * batches;
  // The head's backward follows its forward at once: one micro-batch is kept.
  if (stage == plan.pipeline() - 1) memory.activations += stored(model.exit, plan);
  return memory;
}

Bytes capacity(const hardware::Node& node) {
  const Bytes near = near_capacity(node);
  if (!node.shared_memory) return near;
  return near + node.shared_memory->capacity * (usable / static_cast<double>(node.accelerators));
}

Streaming streaming(const Memory& memory, const hardware::Node& node, std::int64_t in_flight) {
  Bytes room = std::max(Bytes(0), near_capacity(node) - memory.working);
  const auto spilled = [&room](Bytes amount) {
    const Bytes kept = std::min(room, amount);
    room -= kept;
    return amount - kept;
  };
  const Bytes parameters = spilled(memory.parameters);
  const Bytes gradients = spilled(memory.gradients);
  const Bytes activations = spilled(memory.activations) / static_cast<double>(in_flight);
  const Bytes optimizer = spilled(memory.optimizer);
  // Weights are read by both passes, gradients read and added to by backward, activations written
  // once and read once, optimizer states read and written.
  return {.forward = parameters + activations,
          .backward = parameters + gradients * 2 + activations,
          .optimizer = optimizer * 2 + gradients + parameters};
}

BytesPerSecond streaming_bandwidth(const hardware::Node& node) {
  if (!node.shared_memory) return BytesPerSecond(0);
  return node.shared_memory->bandwidth *
         (node.accelerator.kernel.memory_efficiency / static_cast<double>(node.accelerators));
}

}  // namespace trainyard::parallelism
