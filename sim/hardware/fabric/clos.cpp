#include "hardware/fabric/clos.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

std::int64_t parts(std::int64_t whole, std::int64_t part) {
  EXPECT(part > 0);
  return (whole + part - 1) / part;
}

}  // namespace

// A transfer crosses one switch within a leaf, three within a pod, five between pods. The first
// one's latency is split over the two ports, each trunk adds that of one more.
Clos::Clos(const Node& node, std::int64_t nodes, std::int64_t leaves_per_pod)
    : ports_{nodes, node.nics},
      nodes_per_leaf_(node.scale_out.nodes_per_leaf),
      nodes_per_pod_(nodes_per_leaf_ * leaves_per_pod),
      leaves_(parts(nodes, nodes_per_leaf_)),
      pods_(parts(nodes, nodes_per_pod_)),
      first_pod_link_(ports_.count() + 2 * leaves_),
      port_{node.nic.bandwidth * node.nic.efficiency,
            (node.nic.latency + node.scale_out.switch_latency) / 2},
      leaf_trunk_{port_.bandwidth * static_cast<double>(node.nics * nodes_per_leaf_) /
                      node.scale_out.oversubscription,
                  node.scale_out.switch_latency},
      pod_trunk_{leaf_trunk_.bandwidth * static_cast<double>(leaves_per_pod) /
                     node.scale_out.pod_oversubscription,
                 node.scale_out.switch_latency} {}

std::int64_t Clos::links() const {
  return first_pod_link_ + (pods_ > 1 ? 2 * pods_ : 0);
}

Link Clos::link(LinkId link) const {
  if (ports_.contain(link)) return port_;
  return link.value() < first_pod_link_ ? leaf_trunk_ : pod_trunk_;
}

void Clos::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src == dst) return;
  const std::int64_t from = src / ports_.per_node;
  const std::int64_t to = dst / ports_.per_node;
  const bool other_leaf = from / nodes_per_leaf_ != to / nodes_per_leaf_;
  const bool other_pod = from / nodes_per_pod_ != to / nodes_per_pod_;
  path.push_back(PortLinks::out(src));
  if (other_leaf) path.emplace_back(ports_.count() + 2 * (from / nodes_per_leaf_));
  if (other_pod) {
    path.emplace_back(first_pod_link_ + 2 * (from / nodes_per_pod_));
    path.emplace_back(first_pod_link_ + 2 * (to / nodes_per_pod_) + 1);
  }
  if (other_leaf) path.emplace_back(ports_.count() + 2 * (to / nodes_per_leaf_) + 1);
  path.push_back(PortLinks::in(dst));
}

bool Clos::leave(std::int64_t port, std::vector<LinkId>& path) const {
  const std::int64_t node = port / ports_.per_node;
  path.push_back(PortLinks::out(port));
  if (leaves_ > 1) path.emplace_back(ports_.count() + 2 * (node / nodes_per_leaf_));
  if (pods_ > 1) path.emplace_back(first_pod_link_ + 2 * (node / nodes_per_pod_));
  return true;
}

bool Clos::enter(std::int64_t port, std::vector<LinkId>& path) const {
  const std::int64_t node = port / ports_.per_node;
  if (pods_ > 1) path.emplace_back(first_pod_link_ + 2 * (node / nodes_per_pod_) + 1);
  if (leaves_ > 1) path.emplace_back(ports_.count() + 2 * (node / nodes_per_leaf_) + 1);
  path.push_back(PortLinks::in(port));
  return true;
}

std::string_view Clos::kind_of(LinkId link) const {
  const bool out = PortLinks::leads_out(link);
  if (ports_.contain(link)) return out ? "nic out" : "nic in";
  if (link.value() < first_pod_link_) return out ? "leaf up" : "leaf down";
  return out ? "pod up" : "pod down";
}

std::int64_t Clos::block() const {
  if (leaves_ == 1) return 1;
  return pods_ == 1 ? nodes_per_leaf_ : nodes_per_pod_;
}

LinkId Clos::moved(LinkId link, std::span<const std::int64_t> node_to,
                   std::span<const std::int64_t> port_to) const {
  if (ports_.contain(link)) return ports_.moved(link, node_to, port_to);
  const bool leaf = link.value() < first_pod_link_;
  const std::int64_t first = leaf ? ports_.count() : first_pod_link_;
  const std::int64_t size = leaf ? nodes_per_leaf_ : nodes_per_pod_;
  const std::int64_t trunk = link.value() - first;
  const std::int64_t group = node_to[static_cast<std::size_t>(trunk / 2 * size)] / size;
  return LinkId(first + 2 * group + trunk % 2);
}

std::unique_ptr<Fabric> clos(const Node& node, std::int64_t nodes) {
  return std::make_unique<Clos>(node, nodes, node.scale_out.leaves_per_pod);
}

std::unique_ptr<Fabric> fat_tree(const Node& node, std::int64_t nodes) {
  return std::make_unique<Clos>(node, nodes, parts(nodes, node.scale_out.nodes_per_leaf));
}

}  // namespace trainyard::hardware
