// Closed form of an all-reduce whose links no other traffic uses: tensor-parallel groups inside a
// node, all exchanging at once. Time = bytes over the most crossed link's bandwidth + latency.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "hardware/cluster.hpp"

namespace trainyard::collective {

// Time = bytes x per_byte + fixed.
struct Line {
  double per_byte = 0;  // seconds a byte of the buffer
  Seconds fixed;

  [[nodiscard]] Seconds at(Bytes buffer) const {
    return Seconds(buffer.value() * per_byte) + fixed;
  }
};

// Ring all-reduce in groups of `group` consecutive accelerators that fill a node. Zero for groups
// of one. Exact for max-min sharing of equal flows that start together and cross equally full
// links; else the slowest member's time.
Line in_node_all_reduce(const hardware::Cluster& cluster, std::int64_t group);

}  // namespace trainyard::collective
