// A network drawn edge by edge. A transfer takes a path of fewest edges, of equal ones at each
// vertex the edge named first; nodes pass traffic on like switches. All interfaces of a node share
// its edges, whose bandwidth is their own, times the interface's efficiency. At a node an edge
// costs half of the interface's latency besides its own, at a switch half of the switch's.
#pragma once

#include <optional>

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class Custom final : public Fabric {
 public:
  // Keeps the next link for every vertex and destination: `nodes` x vertices.
  Custom(const Node& node, std::int64_t nodes);
  [[nodiscard]] std::int64_t links() const override;
  [[nodiscard]] Link link(LinkId link) const override { return links_[link.index()]; }
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId /*link*/) const override { return "network edge"; }

 private:
  std::int64_t nics_;
  std::size_t vertices_;
  std::vector<Link> links_;
  std::vector<std::int32_t> head_;  // vertex that a link leads to
  std::vector<std::int32_t> next_;  // link to take; shape [nodes, vertices]
};

struct Unreachable {
  std::int64_t from;
  std::int64_t to;
};
// The first pair of nodes that no path joins.
std::optional<Unreachable> unreachable(const Graph& graph);

}  // namespace trainyard::hardware
