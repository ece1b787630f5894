// One accelerator (a GPU, a Dojo die) as its data file describes it. Peaks are dense: data sheets
// often print twice as much, with sparsity.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace trainyard::hardware {

enum class Precision { bf16, fp8, fp32 };
inline constexpr std::array<std::string_view, 3> precision_names{"bf16", "fp8", "fp32"};

// Memory of one accelerator, nearest tier first.
struct Tier {
  std::string name;
  Bytes capacity;
  BytesPerSecond bandwidth;
};

// Roofline parameters: the shares of peak that large kernels reach, and the time to start one.
struct KernelParameters {
  double gemm_efficiency = 1;
  double attention_efficiency = 1;
  double memory_efficiency = 1;
  Seconds launch;
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
};

}  // namespace trainyard::hardware
