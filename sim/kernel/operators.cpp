#include "kernel/operators.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "kernel/attention.hpp"
#include "kernel/gemm.hpp"
#include "kernel/stream.hpp"

namespace trainyard::kernel {
namespace {

// Streaming operators read the gradient besides their input.
constexpr double memory_bound_backward = 1.5;
constexpr double bytes_out = 2;  // bf16

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

// The rank's part of a product.
Product product(const model::Operator& op, const Share& share) {
  const double parts = divisor(op, share);
  // Experts are divided over tensor ranks too, whole ones each.
  const auto holders = static_cast<double>(op.expert ? share.expert * share.tensor : 1);
  const double tokens = op.tokens * samples(op, share);
  const double groups = std::max(1.0, static_cast<double>(op.groups) / holders);
  return {.m = tokens / (op.split == model::Split::tokens ? parts : 1) / groups,
          .n = op.split == model::Split::columns ? op.columns / parts : op.columns,
          .k = op.split == model::Split::rows ? op.inner / parts : op.inner,
          .groups = groups};
}

// Narrow products read bf16 once more to write what the tensor cores want, in the layout they want.
Seconds casting(double elements, double read, const Share& share,
                const hardware::Accelerator& accelerator) {
  if (!hardware::narrow(share.precision)) return Seconds(0);
  return streaming(Bytes(elements * (read + input_bytes(share.precision))), accelerator) +
         accelerator.kernel.launch;
}

// The tiles of an expert wait for its weights, which no other tile has brought to the caches: of
// the time to read them this share shows, by 72 grouped products forward on B200 (SimuMax, 128 to
// 1,232 tokens an expert).
constexpr double shown_weights = 0.8;

Duration gemm(const model::Operator& op, const Share& share,
              const hardware::Accelerator& accelerator) {
  const Product whole = product(op, share);
  const double m = whole.m;
  const double n = whole.n;
  const double k = whole.k;
  const double groups = whole.groups;
  const double quality = share.gemm_quality;
  const double weights = quality * accelerator.kernel.weight_gradient;
  const double rows = m * groups;
  const double shown = groups > 1 ? shown_weights : 0;
  Duration time;
  time.forward =
      duration(Product{m, n, k, groups, shown}, share.precision, bytes_out, quality, accelerator) +
      casting(rows * k, 2, share, accelerator);
  time.input_gradient =
      duration(Product{m, k, n, groups, shown}, share.precision, bytes_out, quality, accelerator) +
      casting(rows * n, 2, share, accelerator);
  if (op.frozen) return time;
  const bool fused = share.accumulation == Accumulation::fused;
  time.weight_gradient =
      duration(Product{k, n, m, groups}, share.precision,
               fused ? 2 * share.gradient_bytes : bytes_out, weights, accelerator) +
      casting(rows * (k + n), input_bytes(share.precision), share, accelerator);
  if (!fused) {
    time.weight_gradient +=
        streaming(Bytes(groups * k * n * (bytes_out + 2 * share.gradient_bytes)), accelerator) +
        accelerator.kernel.launch;
  }
  return time;
}

// Attention stays in bf16 where products are narrower.
hardware::Precision attention_precision(const Share& share) {
  return hardware::narrow(share.precision) ? hardware::Precision::bf16 : share.precision;
}

Attention fused(const model::Operator& op, const Share& share) {
  const double part = samples(op, share) / divisor(op, share);
  return {.heads = static_cast<double>(op.groups * share.micro_batch) / divisor(op, share),
          .queries = op.tokens / static_cast<double>(share.context),
          .head_size = op.inner,
          .work = op.work * part,
          .traffic = op.traffic * part};
}

// Batched products of the libraries of that time need rows of whole 16 bytes: heads of 108 columns
// ran on the vector units (BLOOM, "tile and wave quantization", bigscience tr11-176B-ml).
bool aligned(const model::Operator& op) {
  constexpr double elements = 8;
  return std::fmod(op.inner, elements) == 0 && std::fmod(op.columns, elements) == 0;
}

// One of the two products of attention in parts, a batch of small ones. Either gradient is a
// product of the same size.
Duration unfused(const model::Operator& op, const Share& share,
                 const hardware::Accelerator& accelerator) {
  const double heads = static_cast<double>(op.groups * share.micro_batch) / divisor(op, share);
  const double queries = op.tokens / static_cast<double>(share.context);
  const Seconds time =
      duration(Product{queries, op.columns, op.inner, heads},
               aligned(op) ? attention_precision(share) : hardware::Precision::fp32, bytes_out,
               share.gemm_quality, accelerator);
  return {time, time * 2, Seconds(0)};
}

Duration attention(const model::Operator& op, const Share& share,
                   const hardware::Accelerator& accelerator) {
  if (!op.fused) return unfused(op, share, accelerator);
  const Attention shape = fused(op, share);
  const hardware::Precision precision = attention_precision(share);
  return {duration(shape, Direction::forward, precision, share.attention_quality, accelerator),
          duration(shape, Direction::backward, precision, share.attention_quality, accelerator),
          Seconds(0)};
}

Seconds stream(const model::Operator& op, const Share& share,
               const hardware::Accelerator& accelerator, double traffic) {
  const double part = samples(op, share) / divisor(op, share);
  return streaming(op.traffic * (part * traffic * share.stream_traffic), accelerator) +
         accelerator.kernel.launch;
}

}  // namespace

Duration duration(const model::Operator& op, const Share& share,
                  const hardware::Accelerator& accelerator) {
  switch (op.kind) {
    case model::OperatorKind::gemm:
      return gemm(op, share, accelerator);
    case model::OperatorKind::attention:
      return attention(op, share, accelerator);
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
  if (op.kind == model::OperatorKind::gemm) return product(op, share).work();
  return op.work * (samples(op, share) / divisor(op, share));
}

Seconds optimizer_duration(double parameters, Bytes each,
                           const hardware::Accelerator& accelerator) {
  if (parameters <= 0) return Seconds(0);
  return streaming(each * parameters, accelerator) + accelerator.kernel.launch;
}

}  // namespace trainyard::kernel
