#include "parallelism/plan.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::parallelism {
namespace {

// The most replicas up to `limit` that split the global batch into whole micro-batches.
std::int64_t dividing_replicas(const Batch& batch, std::int64_t limit) {
  if (!batch.global_batch || *batch.global_batch % batch.micro_batch != 0) return 0;
  const std::int64_t pieces = *batch.global_batch / batch.micro_batch;
  for (std::int64_t data = std::min(limit, pieces); data > 0; --data) {
    if (pieces % data == 0) return data;
  }
  return 0;
}

}  // namespace

std::optional<Plan> fill(const Request& request, std::int64_t accelerators) {
  EXPECT(request.batch.micro_batches.has_value() != request.batch.global_batch.has_value());
  const std::int64_t replica = request.tensor * request.pipeline;
  const std::int64_t room = accelerators / replica;
  if (request.data && *request.data > room) return std::nullopt;
  std::int64_t data = request.data.value_or(room);
  if (request.batch.global_batch) {
    const std::int64_t dividing = dividing_replicas(request.batch, data);
    if (request.data && dividing != data) return std::nullopt;
    data = dividing;
  }
  if (data < 1) return std::nullopt;
  Plan plan{.request = request, .data = data};
  plan.micro_batches = request.batch.micro_batches
                           ? *request.batch.micro_batches
                           : *request.batch.global_batch / request.batch.micro_batch / data;
  plan.left_over = accelerators - data * replica;
  return plan;
}

std::int64_t rank_of(const Plan& plan, Coordinate at) {
  return plan.request.order == Order::tensor_data_pipeline
             ? at.tensor + plan.tensor() * (at.data + plan.data * at.stage)
             : at.tensor + plan.tensor() * (at.stage + plan.pipeline() * at.data);
}

Coordinate coordinate_of(const Plan& plan, std::int64_t rank) {
  const std::int64_t tensor = rank % plan.tensor();
  const std::int64_t rest = rank / plan.tensor();
  if (plan.request.order == Order::tensor_data_pipeline) {
    return {tensor, rest % plan.data, rest / plan.data};
  }
  return {tensor, rest / plan.pipeline(), rest % plan.pipeline()};
}

std::vector<std::int64_t> layers_by_stage(std::int64_t blocks, std::int64_t stages) {
  EXPECT(stages > 0);
  std::vector<std::int64_t> layers(static_cast<std::size_t>(stages), blocks / stages);
  for (std::int64_t i = 0; i < blocks % stages; ++i) ++layers[static_cast<std::size_t>(i)];
  return layers;
}

}  // namespace trainyard::parallelism
