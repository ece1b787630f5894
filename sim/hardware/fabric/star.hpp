// Ports on one non-blocking switch: links 2i out of port i and 2i + 1 into it, nothing else is ever
// full. Inside a node it is an NVSwitch, its ports are accelerators; between nodes it is a star of
// all interfaces.
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class Star final : public Fabric {
 public:
  // `port`: one direction of each; a transfer pays its latency on the way out and on the way in.
  Star(std::int64_t ports, Link port) : ports_(ports), port_(port) {}
  [[nodiscard]] std::int64_t links() const override { return 2 * ports_; }
  [[nodiscard]] Link link(LinkId /*link*/) const override { return port_; }
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;

 private:
  std::int64_t ports_;
  Link port_;
};

std::unique_ptr<Fabric> nvswitch(const Node& node, std::int64_t nodes);
std::unique_ptr<Fabric> star(const Node& node, std::int64_t nodes);

}  // namespace trainyard::hardware
