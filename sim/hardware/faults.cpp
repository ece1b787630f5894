#include "hardware/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "base/text.hpp"
#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {
namespace {

using Counts = std::map<std::string, std::int64_t>;

// Links of the scale-out fabric by kind.
Counts links_by_kind(const Node& node, std::int64_t nodes) {
  const FabricRow* row = find_row(fabrics(), node.scale_out.kind);
  EXPECT(row != nullptr);
  const auto fabric = row->make(node, nodes);
  Counts counts;
  for (std::int64_t i = 0; i < fabric->links(); ++i) {
    ++counts[std::string(fabric->kind_of(LinkId(i)))];
  }
  return counts;
}

std::string outside(std::string_view what, std::int64_t index, std::int64_t count) {
  if (index >= 0 && index < count) return "";
  return fmt::format("there is no {} {}, they are numbered 0 to {}", what, index, count - 1);
}

std::string object_to(const LinkFault& fault, const Counts& counts) {
  if (fault.bandwidth_factor <= 0) {
    return "a link cannot be dead: no traffic is led around it; give a bandwidth above 0";
  }
  const auto known = counts.find(fault.kind);
  if (known != counts.end()) {
    return outside(fmt::format("\"{}\" link", fault.kind), fault.index, known->second);
  }
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : counts) kinds.push_back(kind);
  return fmt::format("no link of the fabric is a \"{}\"; {}", fault.kind,
                     suggestion(fault.kind, kinds));
}

std::string object_to(const InterfaceFault& fault, const Node& node, std::int64_t nodes,
                      const Counts& counts) {
  std::string reason = outside("node", fault.node, nodes);
  if (reason.empty()) reason = outside("interface", fault.interface, node.nics);
  if (reason.empty() && !counts.contains("nic out")) {
    reason = fmt::format("interfaces of a {} share the node's links", node.scale_out.kind);
  }
  return reason;
}

// Nodes that stand but cannot be reached, or none that works.
std::string object_to_rest(const Faults& faults, const Node& node, std::int64_t nodes) {
  std::vector<bool> dead(static_cast<std::size_t>(nodes));
  for (const NodeFault& fault : faults.nodes) {
    dead[static_cast<std::size_t>(fault.node)] = fault.speed <= 0;
  }
  if (std::find(dead.begin(), dead.end(), false) == dead.end()) return "all nodes are dead";
  std::map<std::int64_t, std::vector<bool>> gone;
  for (const InterfaceFault& fault : faults.interfaces) {
    auto& of_node = gone[fault.node];
    of_node.resize(static_cast<std::size_t>(node.nics));
    if (fault.bandwidth_factor <= 0) of_node[static_cast<std::size_t>(fault.interface)] = true;
  }
  for (const auto& [number, interfaces] : gone) {
    const bool cut_off = std::find(interfaces.begin(), interfaces.end(), false) == interfaces.end();
    if (cut_off && !dead[static_cast<std::size_t>(number)]) {
      return fmt::format("node {} has no living interface; call the node dead", number);
    }
  }
  return "";
}

}  // namespace

std::string objection(const Faults& faults, const Node& node, std::int64_t nodes) {
  if (faults.empty()) return "";
  const Counts counts = links_by_kind(node, nodes);
  std::vector<std::string> reasons;
  for (const InterfaceFault& fault : faults.interfaces) {
    reasons.push_back(object_to(fault, node, nodes, counts));
  }
  for (const LinkFault& fault : faults.links) reasons.push_back(object_to(fault, counts));
  for (const NodeFault& fault : faults.nodes) reasons.push_back(outside("node", fault.node, nodes));
  for (const std::string& reason : reasons) {
    if (!reason.empty()) return reason;
  }
  return object_to_rest(faults, node, nodes);
}

}  // namespace trainyard::hardware
