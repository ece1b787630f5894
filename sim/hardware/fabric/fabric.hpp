// The interface of all fabrics: ports joined by directed links, and the O(1) route between two
// ports. A fabric knows no flows; who shares a link is counted by `program/fold` and shared out by
// `engine`. Members: one file pair each and a row in catalog.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/units.hpp"
#include "hardware/node.hpp"

namespace trainyard::hardware {

// One direction of a port, cable or trunk.
struct Link {
  BytesPerSecond bandwidth;
  Seconds latency;
};

class Fabric {
 public:
  virtual ~Fabric() = default;
  [[nodiscard]] virtual std::int64_t links() const = 0;
  [[nodiscard]] virtual Link link(LinkId link) const = 0;
  // Appends the links from port `src` to port `dst` in the order crossed; none where they are
  // equal.
  virtual void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const = 0;
};

enum class Scale { up, out };

// Ports of a scale-up fabric are the accelerators of one node; ports of a scale-out fabric are the
// interfaces of `nodes` nodes, numbered node by node.
struct FabricRow {
  std::string_view name;
  std::string_view summary;
  Scale scale;
  std::unique_ptr<Fabric> (*make)(const Node& node, std::int64_t nodes);
};

std::span<const FabricRow> fabrics();

}  // namespace trainyard::hardware
