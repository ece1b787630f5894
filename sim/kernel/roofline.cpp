#include "kernel/roofline.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::kernel {
namespace {

// A backward pass has two products for each forward one (gradients of input and of weight);
// fused attention recomputes its scores, five products against two; streaming operators read the
// gradient besides their input.
constexpr double attention_backward_work = 2.5;
constexpr double attention_backward_traffic = 2;
constexpr double memory_bound_backward = 1.5;
constexpr double optimizer_bytes = 30;

double divisor(const model::Operator& op, const Share& share) {
  if (op.split == model::Split::none) return 1;
  if (op.split == model::Split::tokens && !share.sequence_parallel) return 1;
  return static_cast<double>(share.tensor);
}

Seconds roof(Flops work, FlopsPerSecond rate, Bytes traffic,
             const hardware::Accelerator& accelerator) {
  const BytesPerSecond bandwidth =
      accelerator.memory.front().bandwidth * accelerator.kernel.memory_efficiency;
  const Seconds computing = work.value() > 0 ? work / rate : Seconds(0);
  return std::max(computing, traffic / bandwidth) + accelerator.kernel.launch;
}

Seconds gemm(const model::Operator& op, const Share& share,
             const hardware::Accelerator& accelerator) {
  const double parts = divisor(op, share);
  const double m = op.tokens * static_cast<double>(share.micro_batch);
  const double n = op.split == model::Split::columns ? op.columns / parts : op.columns;
  const double k = op.split == model::Split::rows ? op.inner / parts : op.inner;
  const Bytes traffic(model::bytes_per_element * (m * k + k * n + m * n));
  return roof(Flops(2 * m * n * k),
              accelerator.peak_at(share.precision) * accelerator.kernel.gemm_efficiency, traffic,
              accelerator);
}

Seconds attention(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator, double work, double traffic) {
  const double part = static_cast<double>(share.micro_batch) / divisor(op, share);
  // Attention stays in bf16 where products run in fp8.
  const hardware::Precision precision =
      share.precision == hardware::Precision::fp8 ? hardware::Precision::bf16 : share.precision;
  return roof(op.work * (part * work),
              accelerator.peak_at(precision) * accelerator.kernel.attention_efficiency,
              op.traffic * (part * traffic), accelerator);
}

Seconds stream(const model::Operator& op, const Share& share,
               const hardware::Accelerator& accelerator, double traffic) {
  const double part = static_cast<double>(share.micro_batch) / divisor(op, share);
  return roof(Flops(0), FlopsPerSecond(1), op.traffic * (part * traffic), accelerator);
}

}  // namespace

Duration duration(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator) {
  switch (op.kind) {
    case model::OperatorKind::gemm: {
      const Seconds forward = gemm(op, share, accelerator);
      return {forward, forward * 2};
    }
    case model::OperatorKind::attention:
      return {
          attention(op, share, accelerator, 1, 1),
          attention(op, share, accelerator, attention_backward_work, attention_backward_traffic)};
    case model::OperatorKind::memory_bound:
      return {stream(op, share, accelerator, 1),
              stream(op, share, accelerator, memory_bound_backward)};
  }
  contract_broken("EXPECT", "a known operator kind", __FILE__, __LINE__);
}

Duration duration(const model::Layer& layer, const Share& share,
                  const hardware::Accelerator& accelerator) {
  Duration sum;
  for (const model::Operator& op : layer.operators) {
    const Duration one = duration(op, share, accelerator);
    sum.forward += one.forward;
    sum.backward += one.backward;
  }
  return sum;
}

Seconds optimizer_duration(double parameters, const hardware::Accelerator& accelerator) {
  return roof(Flops(0), FlopsPerSecond(1), Bytes(optimizer_bytes * parameters), accelerator);
}

}  // namespace trainyard::kernel
