// Folded Clos networks of top-of-rack switches: all interfaces of a node sit on one leaf, leaves
// join through the switches of their pod, pods through a core. A leaf's or pod's uplinks are one
// trunk each way (ideal spraying); the switches above never fill. `fat_tree` is one pod.
// Source: Llama 3's network of 3,072-GPU pods with 1:7 above, arXiv 2407.21783 section 3.3.1.
#pragma once

#include "hardware/fabric/fabric.hpp"
#include "hardware/fabric/port_links.hpp"

namespace trainyard::hardware {

class Clos final : public Fabric {
 public:
  Clos(const Node& node, std::int64_t nodes, std::int64_t leaves_per_pod);
  [[nodiscard]] std::int64_t links() const override;
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool leave(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool enter(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId link) const override;
  // The nodes of a pod; those of a leaf where there is one pod, any node where there is one leaf.
  [[nodiscard]] std::int64_t block() const override;
  [[nodiscard]] bool ports_alike() const override { return true; }
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const override;

 private:
  PortLinks ports_;
  std::int64_t nodes_per_leaf_;
  std::int64_t nodes_per_pod_;
  std::int64_t leaves_;
  std::int64_t pods_;
  // Numbering: port links, leaf trunks (2l up from leaf l and 2l + 1 down), pod trunks alike.
  std::int64_t first_pod_link_;
  Link port_;
  Link leaf_trunk_;
  Link pod_trunk_;
};

std::unique_ptr<Fabric> clos(const Node& node, std::int64_t nodes);
std::unique_ptr<Fabric> fat_tree(const Node& node, std::int64_t nodes);

}  // namespace trainyard::hardware
