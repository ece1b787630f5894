#include "kernel/attention.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/stream.hpp"

namespace trainyard::kernel {
namespace {

constexpr double block = 128;  // queries
constexpr double backward_work = 2.5;
constexpr double backward_traffic = 2;
// An exponential costs a score as much as this many columns of a head do: FlashAttention-2 reaches
// about 0.85 with 64 columns of what it reaches with 128 (arXiv 2307.08691, figure 5).
constexpr double exponential = 32;
constexpr double usual_head = 128;  // which efficiencies are stated for

// Work of a head of such width over that of one whose exponentials weigh as usual.
double weight(double head_size) {
  return (1 + exponential / head_size) / (1 + exponential / usual_head);
}

}  // namespace

Seconds duration(const Attention& attention, Direction direction, hardware::Precision precision,
                 double quality, const hardware::Accelerator& accelerator) {
  const bool backward = direction == Direction::backward;
  const auto units = static_cast<double>(accelerator.kernel.units);
  const double rate = accelerator.attention_rate(precision).value() * quality *
                      (backward ? accelerator.kernel.attention_backward : 1) / units;
  const double work =
      attention.work.value() * weight(attention.head_size) * (backward ? backward_work : 1);
  const double blocks = attention.heads * attention.queries / block;
  const double dealt = attention.heads * std::ceil(attention.queries / block);
  const double each =
      work / (blocks * rate) + accelerator.kernel.attention_block.value() * (backward ? 2 : 1);
  const Seconds busy(std::ceil(dealt / units) * each);
  const Bytes traffic = attention.traffic * (backward ? backward_traffic : 1);
  return std::max(busy, streaming(traffic, accelerator)) + accelerator.kernel.launch;
}

}  // namespace trainyard::kernel
