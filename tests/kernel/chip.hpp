// A chip of round numbers, on which times of kernels can be worked out by hand.
#pragma once

#include "hardware/accelerator.hpp"

namespace trainyard::kernel {

// Four units of 1 TFLOP/s each; memory that never bounds, and no time for anything but work.
inline hardware::Accelerator round_chip() {
  hardware::Accelerator chip;
  chip.peak = {FlopsPerSecond(4e12), FlopsPerSecond(8e12), FlopsPerSecond(16e12),
               FlopsPerSecond(0.25e12)};
  chip.memory = {{"hbm", Bytes(80e9), BytesPerSecond(1e24)}};
  chip.kernel.units = 4;
  return chip;
}
inline constexpr double unit_rate = 1e12;

}  // namespace trainyard::kernel
