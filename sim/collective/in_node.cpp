#include "collective/in_node.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.hpp"
#include "collective/direct.hpp"
#include "collective/in_switch.hpp"
#include "collective/ring.hpp"
#include "collective/surroundings.hpp"

namespace trainyard::collective {
namespace {

using Way = std::vector<Phase>;

// Ways to do the operation, of which libraries take the fastest. On a full mesh they lay rings over
// all links, which comes to the bytes of the direct exchange.
std::vector<Way> ways(Operation operation, std::int64_t group, const hardware::ScaleUp& up) {
  const std::vector<std::int64_t> same_node(static_cast<std::size_t>(group), 0);
  const Group members{.node_of = same_node, .switch_cost = switch_cost(up)};
  const bool mesh = up.kind == "full_mesh" && operation != Operation::broadcast;
  if (mesh || operation == Operation::all_to_all) return {direct_phases(operation, members)};
  std::vector<Way> all{ring_phases(operation, members)};
  Way by_switch = in_switch_phases(operation, members);
  if (!by_switch.empty()) all.push_back(std::move(by_switch));
  return all;
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

// What crosses a link in the phase.
struct Crossing {
  double sent = 0;  // buffers
  double own = 0;   // buffers, as of own_share
  double once = 0;  // how often what is paid once is paid
};

struct Crossings {
  std::map<LinkId, Crossing> of;
  Seconds latency;  // of the longest path, all messages
};

Crossings crossings(const hardware::Cluster& cluster, std::int64_t group, const Phase& phase) {
  Crossings all;
  for (const Transfer& transfer : phase.transfers) {
    for (const auto& path : routes(cluster, group, transfer)) {
      for (const LinkId link : path) {
        Crossing& crossing = all.of[link];
        crossing.sent += transfer.share;
        crossing.own += own_share(phase, transfer);
        crossing.once += once(phase);
      }
      all.latency = std::max(all.latency, latency(cluster, path) * transfer.messages);
    }
  }
  return all;
}

// Of small buffers, whose messages cost as much again as they carry, and of large ones.
void add_phase(const hardware::Cluster& cluster, const Crossings& crossings, Line& small,
               Line& large) {
  const hardware::ScaleUp& up = cluster.node().scale_up;
  double slow = 0;
  double fast = 0;
  Seconds overhead;
  for (const auto& [link, crossing] : crossings.of) {
    const BytesPerSecond bandwidth = cluster.link(link).bandwidth;
    const double sent = crossing.sent + crossing.own * up.own_piece;
    fast = std::max(fast, sent / bandwidth.value());
    slow = std::max(slow, (sent + crossing.sent) / bandwidth.value());
    overhead = std::max(overhead, up.message_overhead * crossing.once / bandwidth);
  }
  small.per_byte += slow;
  small.fixed += crossings.latency;
  large.per_byte += fast;
  large.fixed += crossings.latency + overhead;
}

// Phases are alike, so that a buffer is small for all of them or for none.
void add_way(const hardware::Cluster& cluster, std::int64_t group, const Way& way, Lines& lines) {
  Line small{.fixed = cluster.node().scale_up.setup};
  Line large = small;
  for (const Phase& phase : way) {
    add_phase(cluster, crossings(cluster, group, phase), small, large);
  }
  if (large.fixed > small.fixed) lines.all.push_back(small);
  lines.all.push_back(large);
}

}  // namespace

const Line& Lines::fastest(Bytes buffer) const {
  return *std::min_element(all.begin(), all.end(), [buffer](const Line& one, const Line& other) {
    return one.at(buffer) < other.at(buffer);
  });
}

Lines in_node_exchange(const hardware::Cluster& cluster, std::int64_t group, Operation operation) {
  EXPECT(cluster.node().accelerators % group == 0);
  if (group == 1) return {{Line{}}};
  Lines lines;
  for (const Way& way : ways(operation, group, cluster.node().scale_up)) {
    add_way(cluster, group, way, lines);
  }
  return lines;
}

}  // namespace trainyard::collective
