#include "hardware/fabric/nvswitch.hpp"

namespace trainyard::hardware {

// The latency of a hop is paid once, half on the way out and half on the way in.
NvSwitch::NvSwitch(const Node& node, std::int64_t /*nodes*/)
    : ports_(node.accelerators),
      port_{node.scale_up.bandwidth * node.scale_up.efficiency, node.scale_up.latency / 2} {}

Link NvSwitch::link(LinkId /*link*/) const {
  return port_;
}

void NvSwitch::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.emplace_back(2 * src);
  path.emplace_back(2 * dst + 1);
}

}  // namespace trainyard::hardware
