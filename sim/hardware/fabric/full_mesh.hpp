// Every pair of accelerators of a node joined by a link of its own each way; an accelerator's
// bandwidth is divided evenly over its n - 1 links, and a transfer takes the direct one only.
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class FullMesh final : public Fabric {
 public:
  FullMesh(const Node& node, std::int64_t nodes);
  [[nodiscard]] std::int64_t links() const override { return ports_ * (ports_ - 1); }
  [[nodiscard]] Link link(LinkId /*link*/) const override { return pair_; }
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId /*link*/) const override { return "mesh pair"; }
  [[nodiscard]] std::int64_t block() const override { return 1; }
  [[nodiscard]] bool ports_alike() const override { return true; }
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const override;

 private:
  [[nodiscard]] LinkId between(std::int64_t src, std::int64_t dst) const;

  std::int64_t ports_;
  Link pair_;
};

}  // namespace trainyard::hardware
