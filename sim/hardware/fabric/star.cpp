#include "hardware/fabric/star.hpp"

namespace trainyard::hardware {

Star::Star(const Node& node, std::int64_t nodes)
    : ports_(node.nics * nodes),
      port_{node.nic.bandwidth * node.nic.efficiency,
            (node.nic.latency + node.scale_out.switch_latency) / 2} {}

Link Star::link(LinkId /*link*/) const {
  return port_;
}

void Star::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.emplace_back(2 * src);
  path.emplace_back(2 * dst + 1);
}

}  // namespace trainyard::hardware
