#include "hardware/fabric/star.hpp"

namespace trainyard::hardware {

void Star::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.emplace_back(2 * src);
  path.emplace_back(2 * dst + 1);
}

std::unique_ptr<Fabric> nvswitch(const Node& node, std::int64_t /*nodes*/) {
  const ScaleUp& up = node.scale_up;
  return std::make_unique<Star>(node.accelerators,
                                Link{up.bandwidth * up.efficiency, up.latency / 2});
}

std::unique_ptr<Fabric> star(const Node& node, std::int64_t nodes) {
  return std::make_unique<Star>(node.nics * nodes,
                                Link{node.nic.bandwidth * node.nic.efficiency,
                                     (node.nic.latency + node.scale_out.switch_latency) / 2});
}

}  // namespace trainyard::hardware
