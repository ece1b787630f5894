#include "program/play.hpp"

#include <algorithm>
#include <map>

#include "base/check.hpp"
#include "program/prune.hpp"

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
  std::vector<Player> players;
  for (const std::size_t rank : representatives(partition.rank, partition.ranks)) {
    Player player{.role = program.role[rank], .ranks = 0};
    for (const auto& lane : program.lanes) {
      player.lanes.push_back(
          lane[rank] == none ? none : partition.flow[static_cast<std::size_t>(lane[rank])]);
    }
    player.senders.assign(program.lanes.size(), none);
    if (program.group[rank] != none) {
      player.group = partition.group[static_cast<std::size_t>(program.group[rank])];
    }
    players.push_back(std::move(player));
  }
  for (const std::int32_t rank : partition.rank) ++players[static_cast<std::size_t>(rank)].ranks;
  return players;
}

// Each player listens to the class of whoever sends to its representative.
void connect(const Program& program, const Partition& partition, std::vector<Player>& players) {
  const auto first = representatives(partition.rank, partition.ranks);
  for (std::size_t lane = 0; lane < program.lanes.size(); ++lane) {
    for (const std::int32_t index : program.lanes[lane]) {
      if (index == none) continue;
      const Flow& flow = program.flows[static_cast<std::size_t>(index)];
      const std::int32_t receiver = partition.rank[static_cast<std::size_t>(flow.dst)];
      if (first[static_cast<std::size_t>(receiver)] != static_cast<std::size_t>(flow.dst)) continue;
      players[static_cast<std::size_t>(receiver)].senders[lane] =
          partition.rank[static_cast<std::size_t>(flow.src)];
    }
  }
}

// Crossings of every link class by every flow class, shared out over the links of the class.
std::vector<FlowClass> flow_classes(const Program& program, const Partition& partition) {
  std::vector<double> size(static_cast<std::size_t>(partition.links), 0);
  for (const std::int32_t kind : partition.link) {
    if (kind != none) ++size[static_cast<std::size_t>(kind)];
  }
  std::vector<std::map<std::int32_t, double>> crossings(static_cast<std::size_t>(partition.flows));
  for (std::size_t f = 0; f < program.flows.size(); ++f) {
    const Flow& flow = program.flows[f];
    auto& counts = crossings[static_cast<std::size_t>(partition.flow[f])];
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      counts[partition.link[program.path[static_cast<std::size_t>(i)].index()]] += 1;
    }
  }
  std::vector<FlowClass> classes;
  for (const std::size_t f : representatives(partition.flow, partition.flows)) {
    FlowClass member{.latency = program.flows[f].latency};
    for (const auto& [kind, count] : crossings[classes.size()]) {
      member.uses.push_back({kind, count / size[static_cast<std::size_t>(kind)]});
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

Play folded(Program program, const std::vector<double>& bandwidth, Folding folding) {
  if (folding == Folding::classes) prune(program, bandwidth);
  const Partition classes = partition(program, bandwidth, folding);
  Play play;
  play.roles = program.roles;
  play.players = players(program, classes);
  connect(program, classes, play.players);
  play.exact = classes.exact;
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
