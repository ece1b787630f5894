#include "parallelism/plan.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace trainyard::parallelism {
namespace {

// Peers must hold whole expert groups, and the peers of dense weights and of experts whole shards.
bool peers_divide(const Request& request, std::int64_t data) {
  const std::int64_t peers = request.context * data;
  if (peers % request.expert != 0) return false;
  if (request.shard_over == 0) return true;
  return peers % request.shard_over == 0;
}

// The most replicas up to `limit` that split a global batch into whole micro-batches and whose
// peers divide; 0 where there are none.
std::int64_t fitting_replicas(const Request& request, std::int64_t limit) {
  const Batch& batch = request.batch;
  std::int64_t pieces = 0;
  if (batch.global_batch) {
    if (*batch.global_batch % batch.micro_batch != 0) return 0;
    pieces = *batch.global_batch / batch.micro_batch;
    limit = std::min(limit, pieces);
  }
  for (std::int64_t data = limit; data > 0; --data) {
    if (pieces % data == 0 && peers_divide(request, data)) return data;
  }
  return 0;
}

}  // namespace

const MeasuredLayers* measured(const Request& request) {
  if (request.measured == nullptr) return nullptr;
  const auto& all = request.measured->layers;
  const auto found = all.find({request.batch.micro_batch, request.tensor});
  return found == all.end() ? nullptr : &found->second;
}

std::int64_t replica(const Request& request) {
  return request.tensor * request.context * request.pipeline;
}

std::int64_t Plan::shards() const {
  if (request.sharding == Sharding::none) return 1;
  return request.shard_over == 0 ? peers() : request.shard_over;
}

std::int64_t Plan::expert_shards() const {
  if (request.sharding == Sharding::none) return 1;
  return std::max<std::int64_t>(1, std::min(shards(), peers() / expert()));
}

std::optional<Plan> fill(const Request& request, std::int64_t accelerators) {
  EXPECT(request.batch.micro_batches.has_value() != request.batch.global_batch.has_value());
  const std::int64_t room = accelerators / replica(request);
  if (request.data && *request.data > room) return std::nullopt;
  const std::int64_t data = fitting_replicas(request, request.data.value_or(room));
  if (data < 1 || (request.data && data != *request.data)) return std::nullopt;
  Plan plan{.request = request, .data = data};
  plan.micro_batches = request.batch.micro_batches
                           ? *request.batch.micro_batches
                           : *request.batch.global_batch / request.batch.micro_batch / data;
  plan.left_over = accelerators - data * replica(request);
  return plan;
}

std::int64_t rank_of(const Plan& plan, Coordinate at) {
  if (plan.request.order == Order::tensor_data_pipeline) {
    return at.tensor + plan.tensor() * (at.peer + plan.peers() * at.stage);
  }
  const std::int64_t context = at.peer % plan.context();
  const std::int64_t data = at.peer / plan.context();
  return at.tensor +
         plan.tensor() * (context + plan.context() * (at.stage + plan.pipeline() * data));
}

Coordinate coordinate_of(const Plan& plan, std::int64_t rank) {
  const std::int64_t tensor = rank % plan.tensor();
  const std::int64_t rest = rank / plan.tensor();
  if (plan.request.order == Order::tensor_data_pipeline) {
    return {tensor, rest % plan.peers(), rest / plan.peers()};
  }
  const std::int64_t context = rest % plan.context();
  const std::int64_t column = rest / plan.context();
  return {tensor, context + plan.context() * (column / plan.pipeline()), column % plan.pipeline()};
}

std::vector<std::int64_t> layers_by_piece(const Request& request, std::int64_t blocks,
                                          std::int64_t pieces) {
  EXPECT(pieces > 0);
  if (!request.layers.empty()) {
    EXPECT(static_cast<std::int64_t>(request.layers.size()) == pieces);
    return request.layers;
  }
  const std::int64_t counted = blocks + (request.count_ends ? 2 : 0);
  std::vector<std::int64_t> layers(static_cast<std::size_t>(pieces), counted / pieces);
  for (std::int64_t i = 0; i < counted % pieces; ++i) ++layers[static_cast<std::size_t>(i)];
  if (request.count_ends) {
    --layers.front();
    --layers.back();
  }
  return layers;
}

}  // namespace trainyard::parallelism
