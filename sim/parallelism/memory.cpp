#include "parallelism/memory.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace trainyard::parallelism {
namespace {

constexpr double usable = 0.94;

// Samples of a micro-batch that one rank of the sequence has.
double samples(const Plan& plan) {
  return static_cast<double>(plan.micro_batch()) / static_cast<double>(plan.context());
}

// By how many ranks the input of an operator is divided; see model::Split.
double divisor(model::Split split, const Request& request) {
  const auto tensor = static_cast<double>(request.tensor);
  switch (split) {
    case model::Split::none:
      return 1;
    case model::Split::columns:
    case model::Split::tokens:
      return request.sequence_parallel ? tensor : 1;
    case model::Split::rows:
    case model::Split::heads:
      return tensor;
  }
  return 1;
}

// Of what one sample makes of an operator, the rank's part. Inputs of products are kept as these
// read them: a byte each where narrower than bf16.
Bytes part(Bytes whole, const model::Operator& op, const Plan& plan) {
  const bool cast =
      op.kind == model::OperatorKind::gemm && hardware::narrow(plan.request.precision);
  return whole * (samples(plan) / divisor(op.split, plan.request) *
                  (op.expert ? plan.request.expert_load : 1) * (cast ? 0.5 : 1));
}

// What selective recomputation has to make again of a layer.
Bytes forgotten(const model::Layer& layer, const Plan& plan) {
  Bytes sum;
  for (const model::Operator& op : layer.operators) {
    sum += part(op.forgettable ? op.stored : op.remade, op, plan);
  }
  return sum;
}

// The input of a layer, all that is kept where the layer is recomputed.
Bytes boundary(const model::Layer& layer, const Plan& plan) {
  return layer.boundary * (samples(plan) / divisor(model::Split::tokens, plan.request));
}

Bytes near_capacity(const hardware::Node& node) {
  Bytes sum;
  for (const hardware::Tier& tier : node.accelerator.memory) sum += tier.capacity;
  return sum * usable;
}

// fp8 and narrower both count a byte: fine scales and padding eat what fp4 saves.
double frozen_bytes(const Request& request) {
  return hardware::narrow(request.precision) ? 1 : weight_bytes(request);
}

struct Activations {
  Bytes kept;     // one micro-batch
  Bytes working;  // largest of any layer
};

void add_block(const model::Layer& layer, const Plan& plan, Activations& sum) {
  switch (plan.request.recompute) {
    case Recompute::none:
      sum.kept += stored(layer, plan);
      break;
    case Recompute::selective:
      sum.kept += stored(layer, plan) - forgotten(layer, plan);
      sum.working = std::max(sum.working, forgotten(layer, plan));
      break;
    case Recompute::full:
      sum.kept += boundary(layer, plan);
      sum.working = std::max(sum.working, stored(layer, plan));
      break;
  }
}

Activations activations(const model::Model& model, const Plan& plan, const Held& held) {
  Activations sum;
  const Range range = layers_of(model, plan.request, held);
  for (std::int64_t i = range.first; i < range.end; ++i) add_block(model.block(i), plan, sum);
  if (held.piece == 0) sum.kept += stored(model.entry, plan);
  if (held.piece == held.of - 1) sum.kept += stored(model.exit, plan);
  return sum;
}

// Where parameters are sharded, the layer being computed and the one gathered ahead are whole, and
// so is the gradient of the first; kept whole between forward and backward, all of them.
Bytes gathered(const model::Model& model, const Plan& plan, std::span<const Held> stage) {
  if (plan.request.sharding != Sharding::parameters) return Bytes(0);
  double largest = 0;
  const auto look = [&](const model::Layer& layer) {
    largest = std::max(largest, parameters(layer, plan.request).all());
  };
  for (const model::Layer& layer : model.kinds) look(layer);
  for (const Held& held : stage) {
    if (held.piece == 0) look(model.entry);
    if (held.piece == held.of - 1) look(model.exit);
  }
  const double layers = plan.request.overlap_parameters ? 2 : 1;
  const double weights =
      plan.request.reshard ? largest * layers : parameters(model, plan.request, stage).all();
  return Bytes(weights * weight_bytes(plan.request) + largest * gradient_bytes(plan.request));
}

}  // namespace

Parameters& Parameters::operator+=(const Parameters& other) {
  trained += other.trained;
  frozen += other.frozen;
  experts += other.experts;
  return *this;
}

Range layers_of(const model::Model& model, const Request& request, const Held& held) {
  EXPECT(held.piece >= 0 && held.piece < held.of);
  const auto layers = layers_by_piece(request, model.blocks(), held.of);
  const auto begin = layers.begin() + held.piece;
  const std::int64_t first = std::accumulate(layers.begin(), begin, std::int64_t{0});
  return {first, first + *begin};
}

Parameters parameters(const model::Layer& layer, const Request& request) {
  const auto tensor = static_cast<double>(request.tensor);
  const double holders = tensor * static_cast<double>(request.expert);
  return {.trained = (layer.parameters - layer.frozen_parameters) / tensor,
          .frozen = layer.frozen_parameters / tensor + layer.frozen_expert_parameters / holders,
          .experts = (layer.expert_parameters - layer.frozen_expert_parameters) / holders};
}

bool holds_tied_copy(const model::Model& model, std::span<const Held> stage) {
  if (!model.tied_head) return false;
  const auto holds = [&](auto which) { return std::any_of(stage.begin(), stage.end(), which); };
  return holds([](const Held& held) { return held.piece == held.of - 1; }) &&
         !holds([](const Held& held) { return held.piece == 0; });
}

Parameters parameters(const model::Model& model, const Request& request,
                      std::span<const Held> stage) {
  Parameters sum;
  for (const Held& held : stage) {
    const Range range = layers_of(model, request, held);
    for (std::int64_t i = range.first; i < range.end; ++i) {
      sum += parameters(model.block(i), request);
    }
    if (held.piece == 0) sum += parameters(model.entry, request);
    if (held.piece == held.of - 1) sum += parameters(model.exit, request);
  }
  if (holds_tied_copy(model, stage)) sum += parameters(model.entry, request);
  return sum;
}

double weight_bytes(const Request& request) {
  return request.precision == hardware::Precision::fp32 ? 4 : 2;
}

double state_bytes(const Request& request) {
  const bool masters =
      request.precision == hardware::Precision::fp32 || request.sharding == Sharding::parameters;
  return masters ? 8 : 12;
}

double gradient_bytes(const Request& request) {
  return request.precision == hardware::Precision::fp32 ||
                 request.gradient_precision == hardware::Precision::fp32
             ? 4
             : 2;
}

Bytes stored(const model::Layer& layer, const Plan& plan) {
  Bytes sum;
  for (const model::Operator& op : layer.operators) sum += part(op.stored, op, plan);
  return sum;
}

Memory memory(const model::Model& model, const Plan& plan, std::span<const Held> stage) {
  const Request& request = plan.request;
  const Parameters count = parameters(model, request, stage);
  // Where parameters are sharded (FSDP), the fp32 weights are the parameters, and what products use
  // is made of them as it is gathered.
  const bool masters = request.sharding == Sharding::parameters;
  const double weight = masters ? 4 : weight_bytes(request);
  // Of what is sharded from `from` on, the part that a rank keeps.
  const auto part = [&](Sharding from) {
    const bool sharded = request.sharding >= from;
    const double dense = count.trained / (sharded ? static_cast<double>(plan.shards()) : 1);
    const double experts =
        count.experts / (sharded ? static_cast<double>(plan.expert_shards()) : 1);
    return dense + experts;
  };
  const double frozen =
      count.frozen /
      (request.sharding == Sharding::parameters ? static_cast<double>(plan.shards()) : 1);

  // Frozen weights are kept as products read them.
  Memory memory{
      .parameters = Bytes(weight * part(Sharding::parameters) + frozen * frozen_bytes(request)),
      .gradients = Bytes(gradient_bytes(request) * part(Sharding::gradients)),
      .optimizer = Bytes(state_bytes(request) * part(Sharding::optimizer))};
  for (const Held& held : stage) {
    const Activations each = activations(model, plan, held);
    memory.activations += each.kept * static_cast<double>(held.in_flight);
    memory.working = std::max(memory.working, each.working);
  }
  memory.working += gathered(model, plan, stage);
  return memory;
}

Bytes capacity(const hardware::Node& node) {
  const Bytes near = near_capacity(node);
  if (!node.shared_memory) return near;
  return near + node.shared_memory->capacity * (usable / static_cast<double>(node.accelerators));
}

Streaming streaming(const Memory& memory, const hardware::Node& node, std::int64_t in_flight) {
  if (!node.shared_memory) return {};
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
