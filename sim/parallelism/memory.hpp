// What a rank keeps in memory, by kind, and where it lies: nearest tier first, what does not fit
// there in memory shared by the node, streamed at every use.
#pragma once

#include <cstdint>
#include <span>

#include "base/units.hpp"
#include "hardware/node.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::parallelism {

struct Memory {
  Bytes parameters;
  Bytes gradients;
  Bytes optimizer;    // fp32 master weights and both Adam moments
  Bytes activations;  // kept from forward to backward, all micro-batches in flight
  Bytes working;      // of the layer being computed: what is computed again or gathered for it

  [[nodiscard]] Bytes total() const {
    return parameters + gradients + optimizer + activations + working;
  }
};

// A piece of the model that a stage holds, `of` pieces in all, and how many micro-batches'
// activations it keeps at once.
struct Held {
  std::int64_t piece = 0;
  std::int64_t of = 1;
  std::int64_t in_flight = 1;
};

// The layers of a piece, [first, end) of the blocks; the first piece has the entry besides, the
// last the exit.
struct Range {
  std::int64_t first = 0;
  std::int64_t end = 0;
};
Range layers_of(const model::Model& model, const Request& request, const Held& held);

// A rank's part of parameters, before any sharding over peers.
struct Parameters {
  double trained = 0;  // but for experts
  double frozen = 0;
  double experts = 0;

  [[nodiscard]] double all() const { return trained + frozen + experts; }
  Parameters& operator+=(const Parameters& other);
};
Parameters parameters(const model::Layer& layer, const Request& request);
Parameters parameters(const model::Model& model, const Request& request,
                      std::span<const Held> stage);

// Whether a stage keeps a copy of the embedding for a tied head, to be kept equal to the first
// stage's.
bool holds_tied_copy(const model::Model& model, std::span<const Held> stage);

// Bytes of a weight as products use it and of its gradient.
double weight_bytes(const Request& request);
// Of the optimizer's states: both Adam moments, and fp32 weights where parameters are not these.
double state_bytes(const Request& request);
double gradient_bytes(const Request& request);

// What one layer keeps for its backward pass on one rank, one micro-batch: after Korthikanti et
// al., arXiv 2205.05198, operator by operator.
Bytes stored(const model::Layer& layer, const Plan& plan);

// Of a rank of a stage. Mixed-precision Adam: 2 + (4 or 2) + 12 bytes a parameter in bf16 and fp8,
// 4 + 4 + 8 in fp32, divided by ZeRO as in Rajbhandari et al., arXiv 1910.02054, section 5.
Memory memory(const model::Model& model, const Plan& plan, std::span<const Held> stage);

// What an accelerator of the node can hold, its part of shared memory included. 6 % stay free for
// the framework, communication buffers and fragmentation (assumed: about 5 of 80 GB).
Bytes capacity(const hardware::Node& node);

// What moves between shared memory and the accelerator because the near tiers are full; all zero
// where everything fits. Kept near in this order: working set, parameters, gradients, activations,
// optimizer states.
struct Streaming {
  Bytes forward;    // each micro-batch
  Bytes backward;   // each micro-batch
  Bytes optimizer;  // each step
};
Streaming streaming(const Memory& memory, const hardware::Node& node, std::int64_t in_flight);

// An accelerator's even part of the shared memory's bandwidth; zero where there is none.
BytesPerSecond streaming_bandwidth(const hardware::Node& node);

}  // namespace trainyard::parallelism
