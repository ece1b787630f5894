// Time of kernels that do nothing but move memory.
#pragma once

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::kernel {

// Bytes over reachable bandwidth; no launch.
inline Seconds streaming(Bytes traffic, const hardware::Accelerator& accelerator) {
  return traffic / (accelerator.memory.front().bandwidth * accelerator.kernel.memory_efficiency);
}

}  // namespace trainyard::kernel
