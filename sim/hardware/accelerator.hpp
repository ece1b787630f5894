// One accelerator (a GPU, a Dojo die) as its data file describes it. Peaks are dense: data sheets
// often print twice as much, with sparsity.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace trainyard::hardware {

enum class Precision { bf16, fp8, fp4, fp32 };
inline constexpr std::array<std::string_view, 4> precision_names{"bf16", "fp8", "fp4", "fp32"};

// Products of these read bf16 that is cast before, and attention stays in bf16 beside them.
constexpr bool narrow(Precision precision) {
  return precision == Precision::fp8 || precision == Precision::fp4;
}

// Memory of one accelerator, nearest tier first.
struct Tier {
  std::string name;
  Bytes capacity;
  BytesPerSecond bandwidth;
};

// What kernels reach of the peaks above, fitted by analysis/calibrate.py where there are
// measurements. The same form for every chip.
struct KernelParameters {
  std::int64_t units = 1;  // that work on one tile each at a time: streaming multiprocessors
  // Share of peak that large products reach in a short run, by Precision.
  std::array<double, precision_names.size()> gemm_efficiency{1, 1, 1, 1};
  // Share of that which hours of training keep: clocks fall to stay within power.
  double sustained = 1;
  double weight_gradient = 1;       // rate of products for weights' gradients over the others'
  double attention_efficiency = 1;  // share of peak, forward, scores kept on the chip
  double attention_backward = 1;    // rate of its backward pass over forward
  double attention_portable = 1;    // rate of kernels written for older chips over that
  double memory_efficiency = 1;     // share of memory bandwidth that streaming kernels reach
  Seconds tile;                     // to fill and drain the pipeline of one tile of a product
  Seconds attention_block;          // the same for 128 queries of a head
  Seconds launch;                   // of one kernel on a busy stream
};

struct Accelerator {
  std::string name;
  std::string summary;
  std::array<FlopsPerSecond, precision_names.size()> peak;  // by Precision; zero: not supported
  std::vector<Tier> memory;                                 // at least one
  KernelParameters kernel;
  Watts max_power;
  Watts idle_power;
  Usd price;

  [[nodiscard]] FlopsPerSecond peak_at(Precision precision) const {
    return peak[static_cast<std::size_t>(precision)];
  }
  // Of large kernels over hours.
  [[nodiscard]] FlopsPerSecond gemm_rate(Precision precision) const {
    return peak_at(precision) *
           (kernel.gemm_efficiency[static_cast<std::size_t>(precision)] * kernel.sustained);
  }
  [[nodiscard]] FlopsPerSecond attention_rate(Precision precision) const {
    return peak_at(precision) * (kernel.attention_efficiency * kernel.sustained);
  }
};

}  // namespace trainyard::hardware
