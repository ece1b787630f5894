// The training software as the step sees it: a version of a framework, described by what it does
// and by at most six numbers. What hardware reaches is the hardware's; what a release leaves of it,
// or hides, is here. Neutral by default: fused kernels, no time of the host's, nothing hidden.
#pragma once

#include <string>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::parallelism {

// Whether attention keeps its scores on the chip in kernels written for it (fused), in kernels
// written for older chips (portable: FlashAttention-2 on Hopper), or writes them to memory.
enum class AttentionKind { fused, portable, unfused };

struct Software {
  std::string name;
  AttentionKind attention = AttentionKind::fused;
  // Whether gradients are added to their sums by the product that makes them, and the optimizer is
  // one kernel; else each is a pass over memory of its own.
  bool fused_updates = true;
  // Whether the products of a rank's experts are one kernel; else one is started for each.
  bool grouped_experts = true;
  // What plans do unless they say otherwise.
  bool overlap_gradients = true;
  bool overlap_parameters = true;
  bool overlap_tensor = true;
  hardware::Precision gradient_precision = hardware::Precision::fp32;
  // Rate of its matrix products over what the chip's parameters say.
  double gemm_quality = 1;
  // The same of fused attention.
  double attention_quality = 1;
  // Bytes that its norms, activations and residuals move over those of kernels fused as far as they
  // can be; a kernel each where 1.
  double stream_traffic = 1;
  // Host time to start what an operator is made of: a pass is never faster than the host can start
  // it.
  Seconds host;
  // Share of tensor-parallel exchanges that runs beside the product before or after, where plans
  // overlap them.
  double tensor_overlap = 0;
  // Of the time of a collective that runs beside computing, how much computing loses: the units
  // and the memory bandwidth that the collective takes.
  double interference = 0;

  // Through memory, of the optimizer for each parameter. Adam reads a gradient, reads and writes
  // three fp32 states and writes a weight: 30 bytes. In kernels of their own: gradients to fp32
  // (6), unscaled (8), clipped (12), Adam in fp32 (28), weights copied back (6).
  [[nodiscard]] Bytes optimizer_traffic() const { return Bytes(fused_updates ? 30 : 60); }
};

}  // namespace trainyard::parallelism
