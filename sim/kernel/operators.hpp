// How long the operators of a layer take on an accelerator: what a rank has of them, handed to the
// models of products, attention and streaming kernels.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"
#include "model/model.hpp"

namespace trainyard::kernel {

// The part of an operator that one rank does.
// Gradients of weights are added to their sums by the product itself, or by a pass of its own.
enum class Accumulation { fused, separate };

struct Share {
  std::int64_t tensor = 1;  // ranks that divide what can be divided
  bool sequence_parallel = true;
  std::int64_t context = 1;      // ranks that divide the sequence
  std::int64_t expert = 1;       // ranks that divide the experts
  double expert_load = 1;        // tokens of the busiest rank's experts over the average
  std::int64_t micro_batch = 1;  // samples
  hardware::Precision precision = hardware::Precision::bf16;
  double gemm_quality = 1;  // the software's products over what the chip's parameters say
  double attention_quality = 1;
  Accumulation accumulation = Accumulation::fused;
  double gradient_bytes = 4;  // of an element of a sum
  double stream_traffic = 1;  // bytes that its streaming kernels move over those of fused ones
};

// The backward pass in its two halves; operators without weights have no second one.
struct Duration {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;

  [[nodiscard]] Seconds backward() const { return input_gradient + weight_gradient; }
};

// Zero for exchanges.
Duration duration(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator);

// Forward work of the rank's part of an operator, what `duration` is based on.
Flops work(const model::Operator& op, const Share& share);

// Adam on `parameters` of this rank, so many bytes each through memory.
Seconds optimizer_duration(double parameters, Bytes each, const hardware::Accelerator& accelerator);

}  // namespace trainyard::kernel
