// Rail-optimised leaf/spine: interface i of every node in a group of `nodes_per_leaf` sits on leaf
// i of that group; leaves join through spines. One hop within a rail of a group, three otherwise. A
// leaf's uplinks are one trunk each way (ideal spraying over the spines); the spines never fill.
#pragma once

#include "hardware/fabric/fabric.hpp"
#include "hardware/fabric/port_links.hpp"

namespace trainyard::hardware {

class RailLeafSpine final : public Fabric {
 public:
  RailLeafSpine(const Node& node, std::int64_t nodes);
  [[nodiscard]] std::int64_t links() const override { return ports_.count() + 2 * leaves_; }
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool leave(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool enter(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId link) const override;
  // A group of nodes; any node where there is one group only.
  [[nodiscard]] std::int64_t block() const override;
  [[nodiscard]] bool ports_alike() const override { return true; }
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const override;

 private:
  [[nodiscard]] std::int64_t leaf(std::int64_t port) const;

  std::int64_t rails_;
  std::int64_t nodes_per_leaf_;
  PortLinks ports_;
  std::int64_t leaves_;
  Link port_;
  Link trunk_;
};

}  // namespace trainyard::hardware
