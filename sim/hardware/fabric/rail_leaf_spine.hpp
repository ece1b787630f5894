// Rail-optimised leaf/spine: interface i of every node in a group of `nodes_per_leaf` sits on leaf
// i of that group; leaves join through spines. One hop within a rail of a group, three otherwise. A
// leaf's uplinks are one trunk each way (ideal spraying over the spines); the spines never fill.
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class RailLeafSpine final : public Fabric {
 public:
  RailLeafSpine(const Node& node, std::int64_t nodes);
  [[nodiscard]] std::int64_t links() const override { return 2 * (ports_ + leaves_); }
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;

 private:
  [[nodiscard]] std::int64_t leaf(std::int64_t port) const;

  std::int64_t rails_;
  std::int64_t nodes_per_leaf_;
  std::int64_t ports_;
  std::int64_t leaves_ = 0;
  Link port_;
  Link trunk_;
};

}  // namespace trainyard::hardware
