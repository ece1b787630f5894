// Time of matrix products. A product is cut into tiles, each unit of the chip (a streaming
// multiprocessor, a Dojo node) works on one tile at a time, and tiles beyond a multiple of the
// units leave part of the chip idle in the last wave (tile and wave quantisation: NVIDIA, Matrix
// Multiplication Background User's Guide). Every tile pays a fixed time to fill and drain its
// pipeline, which is what makes short inner dimensions slow. A library picks the tile shape and
// the split of the inner dimension that are fastest: so does this.
#pragma once

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::kernel {

// [m, k] x [k, n], `groups` of them, each of this shape, in one kernel.
struct Product {
  double m = 1;
  double n = 1;
  double k = 1;
  double groups = 1;
  double shown_weights = 0;  // share of the time to read [k, n] that nothing hides

  [[nodiscard]] Flops work() const { return Flops(2 * m * n * k * groups); }
};

// Bytes of an element as products read it.
double input_bytes(hardware::Precision precision);

// One product in the given precision; `output_bytes` an element are written (and read, where the
// product adds to what is there). `quality`: the library's share of what the chip's parameters say.
// Launch included.
Seconds duration(const Product& product, hardware::Precision precision, double output_bytes,
                 double quality, const hardware::Accelerator& accelerator);

}  // namespace trainyard::kernel
