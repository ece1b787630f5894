// Closed form of an exchange whose links no other traffic uses: groups inside a node (tensor
// parallel), all exchanging at once. Time = bytes over the most crossed link's bandwidth + latency.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "collective/collective.hpp"
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

// In groups of `group` consecutive accelerators that fill a node: a ring, of an all-to-all the
// direct exchange. Zero for groups of one. Exact for max-min sharing of equal flows that start
// together and cross equally full links; else the slowest member's time.
Line in_node_exchange(const hardware::Cluster& cluster, std::int64_t group, Operation operation);

}  // namespace trainyard::collective
