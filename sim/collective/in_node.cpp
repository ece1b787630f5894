#include "collective/in_node.hpp"

#include <algorithm>
#include <map>

#include "base/check.hpp"
#include "collective/direct.hpp"
#include "collective/ring.hpp"

namespace trainyard::collective {
namespace {

Phase phase_of(Operation operation, std::int64_t group) {
  const std::vector<std::int64_t> same_node(static_cast<std::size_t>(group), 0);
  const auto phases = operation == Operation::all_to_all ? direct_phases : ring_phases;
  return phases(operation, {same_node}).front();
}

// The links of every sender's flow, for all groups of the first node.
std::vector<std::vector<LinkId>> routes(const hardware::Cluster& cluster, std::int64_t group,
                                        const Transfer& transfer) {
  std::vector<std::vector<LinkId>> paths;
  for (std::int64_t first = 0; first < cluster.node().accelerators; first += group) {
    for (std::int64_t member = 0; member < group; ++member) {
      const std::int64_t to = transfer.to[static_cast<std::size_t>(member)];
      if (to != nobody) cluster.route(first + member, first + to, paths.emplace_back());
    }
  }
  return paths;
}

Seconds latency(const hardware::Cluster& cluster, const std::vector<LinkId>& path) {
  Seconds sum;
  for (const LinkId link : path) sum += cluster.link(link).latency;
  return sum;
}

}  // namespace

Line in_node_exchange(const hardware::Cluster& cluster, std::int64_t group, Operation operation) {
  EXPECT(cluster.node().accelerators % group == 0);
  if (group == 1) return {};
  Line line;
  std::map<LinkId, double> carried;   // buffers
  std::map<LinkId, double> messages;  // each costs its overhead on every link
  for (const Transfer& transfer : phase_of(operation, group).transfers) {
    for (const auto& path : routes(cluster, group, transfer)) {
      for (const LinkId link : path) {
        carried[link] += transfer.share;
        messages[link] += transfer.messages;
      }
      line.fixed = std::max(line.fixed, latency(cluster, path) * transfer.messages);
    }
  }
  for (const auto& [link, buffers] : carried) {
    line.per_byte = std::max(line.per_byte, buffers / cluster.link(link).bandwidth.value());
  }
  Seconds overhead;
  for (const auto& [link, count] : messages) {
    overhead = std::max(
        overhead, cluster.node().scale_up.message_overhead * count / cluster.link(link).bandwidth);
  }
  line.fixed += overhead;
  return line;
}

}  // namespace trainyard::collective
