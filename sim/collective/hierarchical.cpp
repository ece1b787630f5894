#include "collective/hierarchical.hpp"

#include <map>

namespace trainyard::collective {
namespace {

// Members of each node, in the order of the group.
std::vector<std::vector<std::int64_t>> by_node(std::span<const std::int64_t> node_of) {
  std::map<std::int64_t, std::vector<std::int64_t>> nodes;
  for (std::size_t i = 0; i < node_of.size(); ++i) {
    nodes[node_of[i]].push_back(static_cast<std::int64_t>(i));
  }
  std::vector<std::vector<std::int64_t>> members;
  for (auto& [node, list] : nodes) members.push_back(std::move(list));
  return members;
}

bool even(const std::vector<std::vector<std::int64_t>>& nodes) {
  for (const auto& node : nodes) {
    if (node.size() != nodes.front().size()) return false;
  }
  return nodes.size() > 1 && nodes.front().size() > 1;
}

}  // namespace

std::vector<Phase> hierarchical(std::span<const std::int64_t> node_of) {
  const auto nodes = by_node(node_of);
  if (!even(nodes)) return {};
  const std::size_t inside = nodes.front().size();
  Phase within;
  Phase across;
  within.next.resize(node_of.size());
  across.next.resize(node_of.size());
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    for (std::size_t place = 0; place < inside; ++place) {
      const auto member = static_cast<std::size_t>(nodes[node][place]);
      within.next[member] = nodes[node][(place + 1) % inside];
      across.next[member] = nodes[(node + 1) % nodes.size()][place];
    }
  }
  const auto g = static_cast<double>(inside);
  const auto k = static_cast<double>(nodes.size());
  within.steps = g - 1;
  within.share = (g - 1) / g;
  across.steps = 2 * (k - 1);
  across.share = across.steps / k / g;
  return {within, across, within};
}

}  // namespace trainyard::collective
