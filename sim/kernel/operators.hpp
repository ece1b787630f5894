// How long an operator takes on an accelerator: the larger of work over reachable FLOP/s and bytes
// over reachable bandwidth, plus the time to launch the kernel (Williams et al., roofline model,
// doi 10.1145/1498765.1498785). Parameters sit in the accelerator's data file. Not true for small
// kernels, where tiles and waves leave parts of the chip idle.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"
#include "model/model.hpp"

namespace trainyard::kernel {

// The part of an operator that one rank does.
struct Share {
  std::int64_t tensor = 1;  // ranks that divide what can be divided
  bool sequence_parallel = true;
  std::int64_t context = 1;      // ranks that divide the sequence
  std::int64_t expert = 1;       // ranks that divide the experts
  double expert_load = 1;        // tokens of the busiest rank's experts over the average
  std::int64_t micro_batch = 1;  // samples
  hardware::Precision precision = hardware::Precision::bf16;
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

// Adam on `parameters` of this rank: 30 bytes each through memory (gradient, three fp32 states read
// and written, weight).
Seconds optimizer_duration(double parameters, const hardware::Accelerator& accelerator);

}  // namespace trainyard::kernel
