// Accelerators on a non-blocking switch inside a node (NVSwitch): links 2i out of accelerator i and
// 2i + 1 into it, nothing else is ever full.
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class NvSwitch final : public Fabric {
 public:
  NvSwitch(const Node& node, std::int64_t nodes);
  [[nodiscard]] std::int64_t links() const override { return 2 * ports_; }
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;

 private:
  std::int64_t ports_;
  Link port_;
};

}  // namespace trainyard::hardware
