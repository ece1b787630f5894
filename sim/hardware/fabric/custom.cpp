#include "hardware/fabric/custom.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

constexpr std::int32_t none = -1;

// One direction of an edge.
struct Arc {
  std::int32_t from;
  std::int32_t to;
  const Graph::Edge* edge;
};

std::vector<Arc> arcs(const Graph& graph) {
  std::vector<Arc> all;
  for (const Graph::Edge& edge : graph.edges) {
    const auto from = static_cast<std::int32_t>(edge.from);
    const auto to = static_cast<std::int32_t>(edge.to);
    all.push_back({from, to, &edge});
    if (!edge.one_way) all.push_back({to, from, &edge});
  }
  return all;
}

// Links by the vertex that they leave or reach, in the order declared; shape [vertices].
using Links = std::vector<std::vector<std::int32_t>>;

Links links_by(const std::vector<Arc>& arcs, std::int64_t vertices, std::int32_t Arc::*end) {
  Links links(static_cast<std::size_t>(vertices));
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    links[static_cast<std::size_t>(arcs[i].*end)].push_back(static_cast<std::int32_t>(i));
  }
  return links;
}

// Edges between each vertex and `to` on the shortest path, `none` where there is none; breadth
// first, against the links' direction.
std::vector<std::int32_t> distances(const std::vector<Arc>& arcs, const Links& incoming,
                                    std::int64_t to) {
  std::vector<std::int32_t> distance(incoming.size(), none);
  std::vector<std::int32_t> found{static_cast<std::int32_t>(to)};
  distance[static_cast<std::size_t>(to)] = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto vertex = static_cast<std::size_t>(found[i]);
    for (const std::int32_t link : incoming[vertex]) {
      const std::int32_t from = arcs[static_cast<std::size_t>(link)].from;
      std::int32_t& length = distance[static_cast<std::size_t>(from)];
      if (length != none) continue;
      length = distance[vertex] + 1;
      found.push_back(from);
    }
  }
  return distance;
}

// The link to take from each vertex: the first one declared that comes nearer.
std::vector<std::int32_t> next_links(const std::vector<Arc>& arcs, const Links& outgoing,
                                     const std::vector<std::int32_t>& distance) {
  std::vector<std::int32_t> next(distance.size(), none);
  for (std::size_t vertex = 0; vertex < distance.size(); ++vertex) {
    if (distance[vertex] <= 0) continue;
    const auto nearer = [&](std::int32_t link) {
      const auto to = static_cast<std::size_t>(arcs[static_cast<std::size_t>(link)].to);
      return distance[to] == distance[vertex] - 1;
    };
    next[vertex] = *std::find_if(outgoing[vertex].begin(), outgoing[vertex].end(), nearer);
  }
  return next;
}

}  // namespace

Custom::Custom(const Node& node, std::int64_t nodes)
    : nics_(node.nics),
      vertices_(
          static_cast<std::size_t>(node.scale_out.graph.nodes + node.scale_out.graph.switches)) {
  const Graph& graph = node.scale_out.graph;
  EXPECT(nodes <= graph.nodes);
  const std::vector<Arc> all = arcs(graph);
  const auto half = [&](std::int32_t vertex) {
    return (vertex < graph.nodes ? node.nic.latency : node.scale_out.switch_latency) / 2;
  };
  for (const Arc& arc : all) {
    links_.push_back({arc.edge->bandwidth * node.nic.efficiency,
                      arc.edge->latency + half(arc.from) + half(arc.to)});
    head_.push_back(arc.to);
  }
  const Links incoming = links_by(all, graph.nodes + graph.switches, &Arc::to);
  const Links outgoing = links_by(all, graph.nodes + graph.switches, &Arc::from);
  for (std::int64_t to = 0; to < nodes; ++to) {
    const auto next = next_links(all, outgoing, distances(all, incoming, to));
    next_.insert(next_.end(), next.begin(), next.end());
  }
}

std::int64_t Custom::links() const {
  return static_cast<std::int64_t>(links_.size());
}

void Custom::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  const auto end = static_cast<std::size_t>(dst / nics_);
  for (auto at = static_cast<std::size_t>(src / nics_); at != end;) {
    const std::int32_t link = next_[end * vertices_ + at];
    EXPECT(link != none);
    path.emplace_back(link);
    at = static_cast<std::size_t>(head_[static_cast<std::size_t>(link)]);
  }
}

std::optional<Unreachable> unreachable(const Graph& graph) {
  const std::vector<Arc> all = arcs(graph);
  const Links incoming = links_by(all, graph.nodes + graph.switches, &Arc::to);
  for (std::int64_t to = 0; to < graph.nodes; ++to) {
    const auto distance = distances(all, incoming, to);
    for (std::int64_t from = 0; from < graph.nodes; ++from) {
      if (distance[static_cast<std::size_t>(from)] == none) return Unreachable{from, to};
    }
  }
  return std::nullopt;
}

}  // namespace trainyard::hardware
