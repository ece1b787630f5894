#include "hardware/fabric/star.hpp"

namespace trainyard::hardware {

void Star::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.push_back(PortLinks::out(src));
  path.push_back(PortLinks::in(dst));
}

bool Star::leave(std::int64_t port, std::vector<LinkId>& path) const {
  path.push_back(PortLinks::out(port));
  return true;
}

bool Star::enter(std::int64_t port, std::vector<LinkId>& path) const {
  path.push_back(PortLinks::in(port));
  return true;
}

std::unique_ptr<Fabric> nvswitch(const Node& node, std::int64_t /*nodes*/) {
  const ScaleUp& up = node.scale_up;
  return std::make_unique<Star>(PortLinks{1, node.accelerators},
                                Link{up.bandwidth * up.efficiency, up.latency / 2},
                                Star::Kinds{"scale-up port out", "scale-up port in"});
}

std::unique_ptr<Fabric> star(const Node& node, std::int64_t nodes) {
  return std::make_unique<Star>(PortLinks{nodes, node.nics},
                                Link{node.nic.bandwidth * node.nic.efficiency,
                                     (node.nic.latency + node.scale_out.switch_latency) / 2},
                                Star::Kinds{"nic out", "nic in"});
}

}  // namespace trainyard::hardware
