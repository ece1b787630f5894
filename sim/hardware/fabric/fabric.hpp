// The interface of all fabrics: ports joined by directed links, and the route between two ports,
// found in the time it takes to write it down. A fabric knows no flows; who shares a link is
// counted by `program/fold` and shared out by `engine`. Members: one file pair each and a row in
// catalog.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/units.hpp"
#include "hardware/fabric/exits.hpp"
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
  // Appends the links from a port to where the fabric meets others, its top switches, or from there
  // to a port. False, and nothing happens, where it has no such place.
  [[nodiscard]] virtual bool leave(std::int64_t /*port*/, std::vector<LinkId>& /*path*/) const {
    return false;
  }
  [[nodiscard]] virtual bool enter(std::int64_t /*port*/, std::vector<LinkId>& /*path*/) const {
    return false;
  }
  // What the link is, for reports: a short name shared by all links of its kind ("leaf up").
  [[nodiscard]] virtual std::string_view kind_of(LinkId link) const = 0;
  // How ports reach the node's interfaces, where that takes links of a scale-up fabric; none where
  // interfaces sit right at the ports. Lives as long as the fabric.
  [[nodiscard]] virtual const Exits* exits() const { return nullptr; }

  // Symmetry, so that like parts are looked at once. Scale-out: nodes 0 to block - 1 form a block,
  // and so on; exchanging whole blocks, each in its order, changes no route but by exchanging links
  // alike. 1: any node stands for any other. 0: no such symmetry.
  [[nodiscard]] virtual std::int64_t block() const { return 0; }
  // Whether ports i and j of every node (or of a scale-up fabric, all ports) can be exchanged too:
  // rails that never meet.
  [[nodiscard]] virtual bool ports_alike() const { return false; }
  // Where a link goes when node n is moved to node_to[n] (whole blocks, as above) and the ports of
  // every node by `port_to`; shapes [nodes], [ports of a node]. Only asked where block() > 0.
  [[nodiscard]] virtual LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                                     std::span<const std::int64_t> port_to) const;
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
