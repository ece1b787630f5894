// What is broken in a cluster: interfaces and links that carry less, nodes that compute slower, and
// dead ones. Nodes are counted as they stand, dead ones included. Grey failures (slow, not dead)
// are what large runs meet besides crashes: arXiv 2407.21783 section 3.3.4.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hardware/node.hpp"

namespace trainyard::hardware {

struct InterfaceFault {
  std::int64_t node = 0;
  std::int64_t interface = 0;
  double bandwidth_factor = 0;  // 0: dead, its traffic takes the next living one
};

// Link `index` of those of one kind (Fabric::kind_of) of the scale-out fabric, in their order.
struct LinkFault {
  std::string kind;
  std::int64_t index = 0;
  double bandwidth_factor = 1;  // above 0: no traffic is led around a link
};

struct NodeFault {
  std::int64_t node = 0;
  double speed = 0;  // of its accelerators over that of healthy ones; 0: dead, the node is left out
};

struct Faults {
  std::vector<InterfaceFault> interfaces;
  std::vector<LinkFault> links;
  std::vector<NodeFault> nodes;

  [[nodiscard]] bool empty() const { return interfaces.empty() && links.empty() && nodes.empty(); }
};

// Why no cluster of `nodes` nodes can have these faults, the first reason; empty where it can.
std::string objection(const Faults& faults, const Node& node, std::int64_t nodes);

}  // namespace trainyard::hardware
