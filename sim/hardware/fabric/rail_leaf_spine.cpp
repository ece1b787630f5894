#include "hardware/fabric/rail_leaf_spine.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

std::int64_t groups(std::int64_t nodes, std::int64_t nodes_per_leaf) {
  EXPECT(nodes_per_leaf > 0);
  return (nodes + nodes_per_leaf - 1) / nodes_per_leaf;
}

}  // namespace

// The first switch's latency is split over the two ports; leaf-spine-leaf adds two switches more.
RailLeafSpine::RailLeafSpine(const Node& node, std::int64_t nodes)
    : rails_(node.nics),
      nodes_per_leaf_(node.scale_out.nodes_per_leaf),
      ports_{nodes, node.nics},
      leaves_(groups(nodes, nodes_per_leaf_) * rails_),
      port_{node.nic.bandwidth * node.nic.efficiency,
            (node.nic.latency + node.scale_out.switch_latency) / 2},
      trunk_{
          port_.bandwidth * static_cast<double>(nodes_per_leaf_) / node.scale_out.oversubscription,
          node.scale_out.switch_latency} {}

std::int64_t RailLeafSpine::leaf(std::int64_t port) const {
  return port / rails_ / nodes_per_leaf_ * rails_ + port % rails_;
}

Link RailLeafSpine::link(LinkId link) const {
  return ports_.contain(link) ? port_ : trunk_;
}

void RailLeafSpine::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  path.push_back(PortLinks::out(src));
  const std::int64_t from = leaf(src);
  const std::int64_t to = leaf(dst);
  if (from != to) {
    path.emplace_back(ports_.count() + 2 * from);
    path.emplace_back(ports_.count() + 2 * to + 1);
  }
  path.push_back(PortLinks::in(dst));
}

bool RailLeafSpine::leave(std::int64_t port, std::vector<LinkId>& path) const {
  path.push_back(PortLinks::out(port));
  if (ports_.nodes > nodes_per_leaf_) path.emplace_back(ports_.count() + 2 * leaf(port));
  return true;
}

bool RailLeafSpine::enter(std::int64_t port, std::vector<LinkId>& path) const {
  if (ports_.nodes > nodes_per_leaf_) path.emplace_back(ports_.count() + 2 * leaf(port) + 1);
  path.push_back(PortLinks::in(port));
  return true;
}

std::string_view RailLeafSpine::kind_of(LinkId link) const {
  const bool out = PortLinks::leads_out(link);
  if (ports_.contain(link)) return out ? "nic out" : "nic in";
  return out ? "leaf up" : "leaf down";
}

std::int64_t RailLeafSpine::block() const {
  return ports_.nodes <= nodes_per_leaf_ ? 1 : nodes_per_leaf_;
}

LinkId RailLeafSpine::moved(LinkId link, std::span<const std::int64_t> node_to,
                            std::span<const std::int64_t> port_to) const {
  if (ports_.contain(link)) return ports_.moved(link, node_to, port_to);
  const std::int64_t trunk = link.value() - ports_.count();
  const std::int64_t first_node = trunk / 2 / rails_ * nodes_per_leaf_;
  const std::int64_t group = node_to[static_cast<std::size_t>(first_node)] / nodes_per_leaf_;
  const std::int64_t rail = port_to[static_cast<std::size_t>(trunk / 2 % rails_)];
  return LinkId(ports_.count() + 2 * (group * rails_ + rail) + trunk % 2);
}

}  // namespace trainyard::hardware
