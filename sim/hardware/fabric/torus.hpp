// Torus of one to three dimensions, nodes numbered row-major (the last dimension runs fastest). A
// node has one link to each neighbour, two in each dimension; `nic` describes one such link, one
// direction, and all interfaces of the node use the same links; they meet in its router, for
// nothing. Routes go dimension by dimension, the shorter way round; halfway round, even coordinates
// go up and odd ones down, which loads both ways alike. Nodes pass traffic on, also those that no
// job uses. A link costs the latency of an interface and of the router at its far end. Source:
// dimension-order routing, Dally and Towles 2004, section 8.4; TPU v4's 3D torus, arXiv 2304.01433
// (its twisted shapes are left out).
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class Torus final : public Fabric {
 public:
  Torus(const Node& node, std::int64_t nodes);
  // Links of the whole shape, whatever part of it is used: two in each dimension out of each node.
  [[nodiscard]] std::int64_t links() const override;
  [[nodiscard]] Link link(LinkId /*link*/) const override { return link_; }
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId /*link*/) const override { return "torus link"; }

 private:
  std::int64_t nics_;
  std::vector<std::int64_t> shape_;
  Link link_;
};

}  // namespace trainyard::hardware
