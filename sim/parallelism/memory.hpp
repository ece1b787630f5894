// What a rank keeps in memory, by kind, and where it lies: nearest tier first, what does not fit
// there in memory shared by the node, streamed at every use.
#pragma once

#include <cstdint>

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
  Bytes working;      // of the layer being computed, where it is recomputed

  [[nodiscard]] Bytes total() const {
    return parameters + gradients + optimizer + activations + working;
  }
};

// Of a rank of `stage` that keeps the activations of `in_flight` micro-batches. Mixed-precision
// Adam: 2 + 4 + 12 bytes a parameter in bf16 and fp8, 4 + 4 + 8 in fp32. Activations after
// Korthikanti et al., arXiv 2205.05198.
Memory memory(const model::Model& model, const Plan& plan, std::int64_t stage,
              std::int64_t in_flight);

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
