#include "collective/in_node.hpp"

#include <algorithm>
#include <map>

#include "base/check.hpp"
#include "collective/ring.hpp"

namespace trainyard::collective {
namespace {

// The links of every member's flow to its neighbour, for all groups of the first node.
std::vector<std::vector<LinkId>> ring_paths(const hardware::Cluster& cluster, std::int64_t group,
                                            const Phase& phase) {
  std::vector<std::vector<LinkId>> paths;
  for (std::int64_t first = 0; first < cluster.node().accelerators; first += group) {
    for (std::int64_t member = 0; member < group; ++member) {
      const std::int64_t next = phase.next[static_cast<std::size_t>(member)];
      cluster.route(first + member, first + next, paths.emplace_back());
    }
  }
  return paths;
}

}  // namespace

Line in_node_all_reduce(const hardware::Cluster& cluster, std::int64_t group) {
  EXPECT(cluster.node().accelerators % group == 0);
  if (group == 1) return {};
  const std::vector<std::int64_t> same_node(static_cast<std::size_t>(group), 0);
  const Phase phase = ring(same_node).front();
  const auto paths = ring_paths(cluster, group, phase);

  std::map<LinkId, double> crossings;
  for (const auto& path : paths) {
    for (const LinkId link : path) crossings[link] += 1;
  }
  Line line;
  for (const auto& path : paths) {
    Seconds latency;
    for (const LinkId link : path) {
      const hardware::Link data = cluster.link(link);
      line.per_byte =
          std::max(line.per_byte, crossings[link] * phase.share / data.bandwidth.value());
      latency += data.latency;
    }
    line.fixed = std::max(line.fixed, latency * phase.steps);
  }
  return line;
}

}  // namespace trainyard::collective
