#include "collective/surroundings.hpp"

#include <algorithm>

namespace trainyard::collective {

Surroundings surroundings(const hardware::Node& node) {
  const hardware::ScaleUp& up = node.scale_up;
  const hardware::Nic& nic = node.nic;
  const double interfaces =
      std::min(1.0, static_cast<double>(node.nics) / static_cast<double>(node.accelerators));
  return {.inside = {.bandwidth = up.bandwidth * up.efficiency,
                     .latency = up.latency,
                     .message_overhead = up.message_overhead,
                     .own_piece = up.own_piece},
          .across = {.bandwidth = nic.bandwidth * (nic.efficiency * interfaces),
                     .latency = nic.latency + nic.handling + node.scale_out.switch_latency,
                     .message_overhead = nic.message_overhead},
          .setup = up.setup};
}

double switch_cost(const hardware::ScaleUp& up) {
  return up.switch_reduction > 0 ? up.efficiency / up.switch_reduction : 0;
}

}  // namespace trainyard::collective
