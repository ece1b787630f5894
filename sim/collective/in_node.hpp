// Closed form of an exchange whose links no other traffic uses: groups inside a node (tensor
// parallel), all exchanging at once. Time = bytes over the most crossed link's bandwidth + latency.
#pragma once

#include <cstdint>
#include <vector>

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

// The least of some lines: small buffers and large ones, exchanges by ring and by switch.
struct Lines {
  std::vector<Line> all;  // at least one

  [[nodiscard]] const Line& fastest(Bytes buffer) const;
  [[nodiscard]] Seconds at(Bytes buffer) const { return fastest(buffer).at(buffer); }
};

// In groups of `group` consecutive accelerators that fill a node: a ring, or an all-reduce by the
// node's switch where that sums and is faster; of an all-to-all the direct exchange. Zero for
// groups of one. On a full mesh the direct exchange stands for rings over all links. Exact for
// max-min sharing of equal flows that start together and cross equally full links; else the slowest
// member's time.
Lines in_node_exchange(const hardware::Cluster& cluster, std::int64_t group, Operation operation);

}  // namespace trainyard::collective
