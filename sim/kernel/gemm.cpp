#include "kernel/gemm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernel/stream.hpp"

namespace trainyard::kernel {
namespace {

struct Tile {
  double rows;
  double columns;
};
// What libraries of all makers offer, about.
constexpr std::array<Tile, 6> tiles{
    {{256, 128}, {128, 256}, {128, 128}, {128, 64}, {64, 128}, {64, 64}}};
constexpr std::array<double, 4> splits{1, 2, 4, 8};  // of the inner dimension over units

}  // namespace

double input_bytes(hardware::Precision precision) {
  constexpr double scale_of_16_elements = 1.0 / 16;
  switch (precision) {
    case hardware::Precision::bf16:
      return 2;
    case hardware::Precision::fp8:
      return 1;
    case hardware::Precision::fp4:
      return 0.5 + scale_of_16_elements;
    case hardware::Precision::fp32:
      return 4;
  }
  return 2;
}

Seconds duration(const Product& product, hardware::Precision precision, double output_bytes,
                 double quality, const hardware::Accelerator& accelerator) {
  const auto units = static_cast<double>(accelerator.kernel.units);
  const double rate = accelerator.gemm_rate(precision).value() * quality / units;
  const double fill = accelerator.kernel.tile.value();
  double busy = std::numeric_limits<double>::infinity();
  for (const Tile& tile : tiles) {
    const double whole = std::ceil(product.m / tile.rows) * std::ceil(product.n / tile.columns) *
                         std::max(1.0, product.groups);
    const double each = 2 * tile.rows * tile.columns * product.k / rate;
    for (const double split : splits) {
      busy = std::min(busy, std::ceil(whole * split / units) * (each / split + fill));
    }
  }
  const double input = input_bytes(precision);
  const Bytes traffic(product.groups * (input * (product.m * product.k + product.k * product.n) +
                                        output_bytes * product.m * product.n));
  const Bytes weights(product.groups * input * product.k * product.n);
  const Seconds computing = Seconds(busy) + streaming(weights, accelerator) * product.shown_weights;
  return std::max(computing, streaming(traffic, accelerator)) + accelerator.kernel.launch;
}

}  // namespace trainyard::kernel
