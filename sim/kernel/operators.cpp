#include "kernel/roofline.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::kernel {
namespace {

// Fused attention recomputes its scores in backward, five products against two; streaming operators
// read the gradient besides their input.
constexpr double fused_backward_work = 2.5;
constexpr double backward_work = 2;
constexpr double attention_backward_traffic = 2;
constexpr double memory_bound_backward = 1.5;
constexpr double optimizer_bytes = 30;

double divisor(const model::Operator& op, const Share& share) {
  if (op.split == model::Split::none) return 1;
  if (op.split == model::Split::tokens && !share.sequence_parallel) return 1;
  return static_cast<double>(share.tensor);
}

// Samples of the micro-batch, less what the other ranks of the sequence have; more where experts
// are loaded unevenly.
double samples(const model::Operator& op, const Share& share) {
  return static_cast<double>(share.micro_batch) / static_cast<double>(share.context) *
         (op.expert ? share.expert_load : 1);
}

Seconds roof(Flops work, FlopsPerSecond rate, Bytes traffic,
             const hardware::Accelerator& accelerator) {
  const BytesPerSecond bandwidth =
      accelerator.memory.front().bandwidth * accelerator.kernel.memory_efficiency;
  const Seconds computing = work.value() > 0 ? work / rate : Seconds(0);
  return std::max(computing, traffic / bandwidth) + accelerator.kernel.launch;
}

// The rank's part of a product, all its groups together: [m, k] x [k, n] each.
struct Product {
  double m;  // of all groups
  double n;
  double k;
  double groups;
};

Product product(const model::Operator& op, const Share& share) {
  const double parts = divisor(op, share);
  // Experts are divided over tensor ranks too, whole ones each.
  const auto holders = static_cast<double>(op.expert ? share.expert * share.tensor : 1);
  return {.m = op.tokens * samples(op, share) / (op.split == model::Split::tokens ? parts : 1),
          .n = op.split == model::Split::columns ? op.columns / parts : op.columns,
          .k = op.split == model::Split::rows ? op.inner / parts : op.inner,
          .groups = static_cast<double>(op.groups) / holders};
}

Seconds gemm(const model::Operator& op, const Share& share,
             const hardware::Accelerator& accelerator) {
  const auto [m, n, k, groups] = product(op, share);
  const Bytes traffic(model::bytes_per_element * (m * k + groups * k * n + m * n));
  return roof(Flops(2 * m * n * k),
              accelerator.peak_at(share.precision) * accelerator.kernel.gemm_efficiency, traffic,
              accelerator);
}

Seconds attention(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator, double work, double traffic) {
  const double part = samples(op, share) / divisor(op, share);
  // Attention stays in bf16 where products run in fp8.
  const hardware::Precision precision =
      share.precision == hardware::Precision::fp8 ? hardware::Precision::bf16 : share.precision;
  return roof(op.work * (part * work),
              accelerator.peak_at(precision) * accelerator.kernel.attention_efficiency,
              op.traffic * (part * traffic), accelerator);
}

Seconds stream(const model::Operator& op, const Share& share,
               const hardware::Accelerator& accelerator, double traffic) {
  const double part = samples(op, share) / divisor(op, share);
  return roof(Flops(0), FlopsPerSecond(1), op.traffic * (part * traffic), accelerator);
}

}  // namespace

Duration duration(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator) {
  switch (op.kind) {
    case model::OperatorKind::gemm: {
      // One product for the inputs' gradients and one for the weights', as large as the forward
      // one.
      const Seconds forward = gemm(op, share, accelerator);
      return {forward, forward, op.frozen ? Seconds(0) : forward};
    }
    case model::OperatorKind::attention:
      return {attention(op, share, accelerator, 1, 1),
              attention(op, share, accelerator, op.fused ? fused_backward_work : backward_work,
                        attention_backward_traffic),
              Seconds(0)};
    case model::OperatorKind::memory_bound:
      return {stream(op, share, accelerator, 1),
              stream(op, share, accelerator, memory_bound_backward), Seconds(0)};
    case model::OperatorKind::fixed:
      return {op.fixed_forward, op.fixed_backward / 2, op.fixed_backward / 2};
    case model::OperatorKind::exchange:
      return {};
  }
  contract_broken("EXPECT", "a known operator kind", __FILE__, __LINE__);
}

Flops work(const model::Operator& op, const Share& share) {
  if (op.kind == model::OperatorKind::gemm) {
    const auto [m, n, k, groups] = product(op, share);
    return Flops(2 * m * n * k);
  }
  return op.work * (samples(op, share) / divisor(op, share));
}

Seconds optimizer_duration(double parameters, const hardware::Accelerator& accelerator) {
  if (parameters <= 0) return Seconds(0);
  return roof(Flops(0), FlopsPerSecond(1), Bytes(optimizer_bytes * parameters), accelerator);
}

}  // namespace trainyard::kernel
