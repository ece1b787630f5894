// Plays made by hand, played in processes of their own.
#pragma once

#include <vector>

#include "engine/player.hpp"
#include "support/in_child.hpp"

namespace trainyard::engine {

inline std::vector<Outcome> play_all(const std::vector<program::Play>& plays, Backend backend) {
  const auto numbers = support::in_children(plays.size(), [&](std::size_t i) {
    const Outcome outcome = play(plays[i], backend);
    support::Numbers flat{outcome.duration.value(), static_cast<double>(outcome.events)};
    for (const auto& spent : outcome.spent) {
      for (const Seconds seconds : spent) flat.push_back(seconds.value());
    }
    for (const Bytes bytes : outcome.moved) flat.push_back(bytes.value());
    return flat;
  });
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < plays.size(); ++i) {
    auto number = numbers[i].begin();
    Outcome& outcome = outcomes.emplace_back();
    outcome.duration = Seconds(*number++);
    outcome.events = static_cast<std::int64_t>(*number++);
    outcome.spent.resize(plays[i].players.size());
    for (auto& spent : outcome.spent) {
      for (Seconds& seconds : spent) seconds = Seconds(*number++);
    }
    for (; number != numbers[i].end(); ++number) outcome.moved.emplace_back(*number);
  }
  return outcomes;
}

inline Outcome play_one(const program::Play& play, Backend backend = Backend::fair) {
  return play_all({play}, backend).front();
}

// Players in one group, each sending to the next over a port of its own out and one in.
inline program::Play ring(std::int32_t members, BytesPerSecond bandwidth, Seconds latency,
                          Bytes buffer) {
  const double n = members;
  program::Play play;
  play.roles = {{"member",
                 {{program::Verb::exchange, program::Activity::backward, 0, buffer.value()},
                  {program::Verb::join, program::Activity::gradient_wait, 0, 0}}}};
  play.phase_share = {2 * (n - 1) / n};
  play.groups.emplace_back();
  for (std::int32_t i = 0; i < members; ++i) {
    program::Player player;
    player.lanes.assign(program::lane::first_phase, program::none);
    player.lanes.push_back(i);
    player.senders.assign(player.lanes.size(), program::none);
    player.group = 0;
    play.players.push_back(player);
    play.groups[0].push_back(i);
    const std::int32_t next = (i + 1) % members;
    program::FlowClass flow;
    flow.uses = {{2 * i, 1}, {2 * next + 1, 1}};
    flow.latency = latency * (2 * (n - 1));
    play.flows.push_back(flow);
    play.links.insert(play.links.end(), 2, bandwidth);
  }
  return play;
}

}  // namespace trainyard::engine
