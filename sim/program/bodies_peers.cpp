// What a stage exchanges with its peers beside computing: parameters gathered, gradients summed.
#include <algorithm>

#include "program/bodies.hpp"

namespace trainyard::program {

using collective::Operation;
using parallelism::Sharding;

// What is gathered of a layer but for experts: frozen weights only where they are sharded too.
double BodyBuilder::gathered(const StageLayer& layer) const {
  const bool sharded = plan_.request.sharding == Sharding::parameters;
  return layer.parameters.trained + (sharded ? layer.parameters.frozen : 0);
}

void BodyBuilder::gather(const StageLayer& layer) {
  const double bytes = parallelism::weight_bytes(plan_.request);
  offer(Channel::parameters, Operation::all_gather, Bytes(bytes * gathered(layer)),
        Activity::parameter_wait);
  if (peers(Channel::expert_parameters)) {
    offer(Channel::expert_parameters, Operation::all_gather,
          Bytes(bytes * layer.parameters.experts), Activity::parameter_wait);
  }
}

std::int32_t BodyBuilder::gather_ahead(const std::vector<std::int64_t>& order) {
  const std::int32_t number = begin("gather parameters");
  for (const std::int64_t c : order) {
    const auto& layers = chunk(c).layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      gather(layers[i]);
      for (auto& [place, later] : later_) {
        later.dense += gathered(layers[i]) > 0 ? 1 : 0;
        later.experts += layers[i].parameters.experts > 0 ? 1 : 0;
      }
      later_[{c, i}] = {};
    }
  }
  end();
  return number;
}

// Of what was offered ahead, the chunk's part.
Seconds BodyBuilder::beside_ahead(std::int64_t chunk) {
  if (plan_.request.software.interference <= 0) return Seconds(0);
  const double bytes = parallelism::weight_bytes(plan_.request);
  Seconds sum;
  for (const StageLayer& layer : this->chunk(chunk).layers) {
    const Bytes buffer(bytes * gathered(layer));
    if (buffer > Bytes(0)) {
      sum += context_.exchanges.alone(Channel::parameters, Operation::all_gather, buffer);
    }
  }
  return sum;
}

void BodyBuilder::await_ahead(std::int64_t chunk, std::size_t layer) {
  const Later& later = later_.at({chunk, layer});
  const StageLayer& of = this->chunk(chunk).layers[layer];
  if (gathered(of) > 0) join(Channel::parameters, Activity::parameter_wait, later.dense);
  if (peers(Channel::expert_parameters) && of.parameters.experts > 0) {
    join(Channel::expert_parameters, Activity::parameter_wait, later.experts);
  }
}

// Waits for the layer's parameters, while those of the layer ahead may still be on their way.
void BodyBuilder::await_gathered(const StageLayer& layer, const StageLayer* ahead) {
  const auto open = [ahead](double next) { return ahead != nullptr && next > 0 ? 1.0 : 0.0; };
  if (gathered(layer) > 0) {
    join(Channel::parameters, Activity::parameter_wait,
         open(ahead == nullptr ? 0 : gathered(*ahead)));
  }
  if (peers(Channel::expert_parameters) && layer.parameters.experts > 0) {
    join(Channel::expert_parameters, Activity::parameter_wait,
         open(ahead == nullptr ? 0 : ahead->parameters.experts));
  }
}

void BodyBuilder::reduce(const Bucket& bucket) {
  const Seconds others = beside_;
  const double bytes = parallelism::gradient_bytes(plan_.request);
  const Operation operation =
      plan_.request.sharding == Sharding::none ? Operation::all_reduce : Operation::reduce_scatter;
  if (peers(Channel::gradients)) {
    offer(Channel::gradients, operation, Bytes(bytes * bucket.dense), Activity::gradient_wait);
  }
  if (peers(Channel::expert_gradients)) {
    offer(Channel::expert_gradients, operation, Bytes(bytes * bucket.experts),
          Activity::gradient_wait);
  }
  if (plan_.request.overlap_gradients) return;
  join_gradients();
  beside_ = others;  // nothing is computed meanwhile
}

void BodyBuilder::join_gradients() {
  if (peers(Channel::gradients)) join(Channel::gradients, Activity::gradient_wait);
  if (peers(Channel::expert_gradients)) {
    join(Channel::expert_gradients, Activity::gradient_wait);
  }
}

// Collects the layer's gradients and hands the bucket over once it is full or nothing follows.
void BodyBuilder::bucket(const StageLayer& layer, bool last, Bucket& bucket) {
  bucket.dense += layer.parameters.trained;
  bucket.experts += layer.parameters.experts;
  const Bytes size((bucket.dense + bucket.experts) * parallelism::gradient_bytes(plan_.request));
  if (!last && size < plan_.request.bucket) return;
  reduce(bucket);
  bucket = {};
}

// Offers an exchange that is to run beside computing.
void BodyBuilder::offer(Channel channel, Operation operation, Bytes buffer, Activity activity) {
  exchange(channel, operation, buffer, activity);
  if (plan_.request.software.interference <= 0 || buffer <= Bytes(0)) return;
  beside_ += context_.exchanges.alone(channel, operation, buffer);
}

// What the items lose to the exchanges that run beside them.
void BodyBuilder::slow_down(const Items& items) {
  const Seconds both = std::min(beside_, computing(items));
  beside_ -= both;
  compute(Activity::interference, both * plan_.request.software.interference, "beside exchanges");
}

// Sums gradients with the other stage that holds the same parameters.
void BodyBuilder::pair_up(Channel channel, double parameters) {
  exchange(channel, Operation::all_reduce,
           Bytes(parallelism::gradient_bytes(plan_.request) * parameters), Activity::gradient_wait);
  join(channel, Activity::gradient_wait);
}

// Hybrid sharding sums each shard over its replicas once the shard group is done.
void BodyBuilder::finish_gradients() {
  if (reduces() && !plan_.request.overlap_gradients &&
      plan_.request.sharding < Sharding::gradients) {
    reduce({.dense = parameters_.trained, .experts = parameters_.experts});
  }
  if (keeps_embedding_equal()) {
    pair_up(Channel::embedding,
            parallelism::parameters(context_.model.entry, plan_.request).trained);
  }
  if (context_.schedule.layout == pipeline::Layout::two_way && 2 * stage_ + 1 != plan_.pipeline() &&
      plan_.pipeline() > 1) {
    pair_up(Channel::mirror, parameters_.trained + parameters_.experts);
  }
  join_gradients();
  if (peers(Channel::replicas)) {
    pair_up(Channel::replicas, parameters_.trained / static_cast<double>(plan_.shards()));
  }
}

// Optimizer states in pieces, and nothing beside: everyone gets the new parameters at once.
void BodyBuilder::gather_all() {
  const Sharding sharding = plan_.request.sharding;
  if (sharding == Sharding::none || sharding == Sharding::parameters || gathers()) return;
  const double bytes = parallelism::weight_bytes(plan_.request);
  if (peers(Channel::parameters)) {
    exchange(Channel::parameters, Operation::all_gather, Bytes(bytes * parameters_.trained),
             Activity::parameter_wait);
    join(Channel::parameters, Activity::parameter_wait);
  }
  if (peers(Channel::expert_parameters)) {
    exchange(Channel::expert_parameters, Operation::all_gather, Bytes(bytes * parameters_.experts),
             Activity::parameter_wait);
    join(Channel::expert_parameters, Activity::parameter_wait);
  }
}

}  // namespace trainyard::program
