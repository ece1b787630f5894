#include "hardware/fabric/rail_leaf_spine.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {

// The first switch's latency is split over the two ports; leaf-spine-leaf adds two switches more.
RailLeafSpine::RailLeafSpine(const Node& node, std::int64_t nodes)
    : rails_(node.nics),
      nodes_per_leaf_(node.scale_out.nodes_per_leaf),
      ports_(node.nics * nodes),
      port_{node.nic.bandwidth * node.nic.efficiency,
            (node.nic.latency + node.scale_out.switch_latency) / 2},
      trunk_{
          port_.bandwidth * static_cast<double>(nodes_per_leaf_) / node.scale_out.oversubscription,
          node.scale_out.switch_latency} {
  EXPECT(nodes_per_leaf_ > 0);
  leaves_ = (nodes + nodes_per_leaf_ - 1) / nodes_per_leaf_ * rails_;
}

std::int64_t RailLeafSpine::leaf(std::int64_t port) const {
  return port / rails_ / nodes_per_leaf_ * rails_ + port % rails_;
}

Link RailLeafSpine::link(LinkId link) const {
  return link.value() < 2 * ports_ ? port_ : trunk_;
}

void RailLeafSpine::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.emplace_back(2 * src);
  const std::int64_t from = leaf(src);
  const std::int64_t to = leaf(dst);
  if (from != to) {
    path.emplace_back(2 * (ports_ + from));
    path.emplace_back(2 * (ports_ + to) + 1);
  }
  path.emplace_back(2 * dst + 1);
}

}  // namespace trainyard::hardware
