#include "program/play.hpp"

#include <algorithm>
#include <map>

#include "base/check.hpp"

namespace trainyard::program {
namespace {

// The first member of each class.
std::vector<std::size_t> representatives(const std::vector<std::int32_t>& classes,
                                         std::int32_t count) {
  std::vector<std::size_t> first(static_cast<std::size_t>(count), classes.size());
  for (std::size_t i = classes.size(); i-- > 0;) {
    if (classes[i] != none) first[static_cast<std::size_t>(classes[i])] = i;
  }
  return first;
}

std::vector<Player> players(const Program& program, const Partition& partition) {
  const auto first = representatives(partition.rank, partition.ranks);
  std::vector<Player> players;
  for (const std::size_t rank : first) {
    Player player{.role = program.role[rank], .ranks = 0};
    for (const auto& lane : program.lanes) {
      player.lanes.push_back(
          lane[rank] == none ? none : partition.flow[static_cast<std::size_t>(lane[rank])]);
    }
    if (program.group[rank] != none) {
      player.group = partition.group[static_cast<std::size_t>(program.group[rank])];
    }
    players.push_back(std::move(player));
  }
  for (const std::int32_t rank : partition.rank) ++players[static_cast<std::size_t>(rank)].ranks;
  return players;
}

// Counts, on the representative of every link class, the flows of each class that cross it.
std::vector<FlowClass> flow_classes(const Program& program, const Partition& partition) {
  const auto link = representatives(partition.link, partition.links);
  std::vector<std::map<std::int32_t, double>> crossings(static_cast<std::size_t>(partition.flows));
  for (std::size_t f = 0; f < program.flows.size(); ++f) {
    const Flow& flow = program.flows[f];
    auto& counts = crossings[static_cast<std::size_t>(partition.flow[f])];
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      const std::size_t crossed = program.path[static_cast<std::size_t>(i)].index();
      const std::int32_t kind = partition.link[crossed];
      if (link[static_cast<std::size_t>(kind)] == crossed) counts[kind] += 1;
    }
  }
  std::vector<FlowClass> classes;
  for (const std::size_t f : representatives(partition.flow, partition.flows)) {
    const Flow& flow = program.flows[f];
    FlowClass member{.latency = flow.latency,
                     .receiver = partition.rank[static_cast<std::size_t>(flow.dst)]};
    for (const auto& [kind, count] : crossings[classes.size()]) {
      member.uses.push_back({kind, count});
    }
    classes.push_back(std::move(member));
  }
  return classes;
}

std::vector<std::vector<std::int32_t>> groups(const std::vector<Player>& players,
                                              std::int32_t count) {
  std::vector<std::vector<std::int32_t>> members(static_cast<std::size_t>(count));
  for (std::size_t p = 0; p < players.size(); ++p) {
    if (players[p].group == none) continue;
    members[static_cast<std::size_t>(players[p].group)].push_back(static_cast<std::int32_t>(p));
  }
  return members;
}

}  // namespace

Play folded(const Program& program, const std::vector<double>& bandwidth, Folding folding) {
  const Partition classes = partition(program, bandwidth, folding);
  Play play;
  play.roles = program.roles;
  play.players = players(program, classes);
  play.flows = flow_classes(program, classes);
  play.groups = groups(play.players, classes.groups);
  play.phase_share = program.phase_share;
  for (const std::size_t link : representatives(classes.link, classes.links)) {
    EXPECT(link < bandwidth.size());
    play.links.emplace_back(bandwidth[link]);
  }
  return play;
}

}  // namespace trainyard::program
