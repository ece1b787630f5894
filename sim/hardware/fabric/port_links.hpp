// The two links that join every port to the rest of a fabric, which most fabrics number first: 2p
// out of port p and 2p + 1 into it, ports node by node.
#pragma once

#include <cstdint>
#include <span>

#include "base/id.hpp"

namespace trainyard::hardware {

struct PortLinks {
  std::int64_t nodes;
  std::int64_t per_node;

  [[nodiscard]] std::int64_t ports() const { return nodes * per_node; }
  [[nodiscard]] std::int64_t count() const { return 2 * ports(); }
  [[nodiscard]] bool contain(LinkId link) const { return link.value() < count(); }
  [[nodiscard]] static LinkId out(std::int64_t port) { return LinkId(2 * port); }
  [[nodiscard]] static LinkId in(std::int64_t port) { return LinkId(2 * port + 1); }
  [[nodiscard]] static bool leads_out(LinkId link) { return link.value() % 2 == 0; }

  // As Fabric::moved.
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const {
    const std::int64_t port = link.value() / 2;
    const std::int64_t node = node_to[static_cast<std::size_t>(port / per_node)];
    const std::int64_t place = port_to[static_cast<std::size_t>(port % per_node)];
    return LinkId(2 * (node * per_node + place) + link.value() % 2);
  }
};

}  // namespace trainyard::hardware
