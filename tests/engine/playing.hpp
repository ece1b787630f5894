// Plays made by hand, played in processes of their own.
#pragma once

#include <string>
#include <utility>
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

inline Seconds spent(const Outcome& outcome, std::size_t player, program::Activity activity) {
  return outcome.spent[player][static_cast<std::size_t>(activity)];
}

using Instructions = std::vector<program::Instruction>;

constexpr program::Instruction compute(double seconds,
                                       program::Activity activity = program::Activity::gemm) {
  return {.amount = seconds, .verb = program::Verb::compute, .activity = activity};
}
constexpr program::Instruction send(double bytes, std::int32_t lane = program::lane::forward(0)) {
  return {.amount = bytes, .index = lane, .verb = program::Verb::send};
}
constexpr program::Instruction receive(std::int32_t lane = program::lane::forward(0)) {
  return {
      .index = lane, .verb = program::Verb::receive, .activity = program::Activity::pipeline_wait};
}
constexpr program::Instruction settle(std::int32_t lane = program::lane::forward(0)) {
  return {
      .index = lane, .verb = program::Verb::settle, .activity = program::Activity::pipeline_wait};
}
constexpr program::Instruction exchange(double bytes, std::int32_t pattern = 0) {
  return {.amount = bytes, .index = pattern, .verb = program::Verb::exchange};
}
constexpr program::Instruction join(double open = 0, std::int32_t channel = 0) {
  return {.amount = open,
          .index = channel,
          .verb = program::Verb::join,
          .activity = program::Activity::gradient_wait};
}

// Does the instructions once.
inline program::Role once(std::string name, Instructions instructions) {
  const auto end = static_cast<std::int32_t>(instructions.size());
  return {.name = std::move(name),
          .instructions = std::move(instructions),
          .bodies = {{0, end}},
          .calls = {0},
          .micro_batches = {-1}};
}

// One player for each role, nobody connected; lanes for one chunk, then `exchange_lanes`.
inline program::Play unconnected(std::vector<program::Role> roles, std::int32_t exchange_lanes = 0,
                                 std::int32_t channels = 1) {
  program::Play play;
  play.roles = std::move(roles);
  for (std::size_t i = 0; i < play.roles.size(); ++i) {
    play.players.push_back({.role = static_cast<std::int32_t>(i)});
  }
  play.first_exchange_lane = program::lane::first_exchange(1);
  play.lanes = play.first_exchange_lane + exchange_lanes;
  play.channels = channels;
  play.flow.assign(play.players.size() * static_cast<std::size_t>(play.lanes), program::none);
  play.sender = play.flow;
  play.group.assign(play.players.size() * static_cast<std::size_t>(channels), program::none);
  return play;
}

// What `src` sends on the lane from now on; `dst` listens where it is a lane between stages.
inline void connect(program::Play& play, std::int32_t lane, std::int32_t src, std::int32_t dst,
                    program::FlowClass flow) {
  play.flow[play.at_lane(src, lane)] = static_cast<std::int32_t>(play.flows.size());
  if (lane < play.first_exchange_lane) play.sender[play.at_lane(dst, lane)] = src;
  play.flows.push_back(std::move(flow));
}

inline void add_group(program::Play& play, std::int32_t channel,
                      const std::vector<std::int32_t>& members) {
  for (const std::int32_t member : members) {
    play.group[play.at_channel(member, channel)] = static_cast<std::int32_t>(play.members.size());
  }
  play.members.push_back(members);
}

// Two players; the first can send to the second over one link of 100 bytes a second.
inline program::Play two(Instructions first, Instructions second, Seconds latency = Seconds(0)) {
  program::Play play =
      unconnected({once("first", std::move(first)), once("second", std::move(second))});
  connect(play, program::lane::forward(0), 0, 1, {.uses = {{0, 1}}, .latency = latency});
  play.links = {BytesPerSecond(100)};
  return play;
}

// Players in one group, all alike, with a link of `bandwidth` each and no flows yet.
inline program::Play group_of(std::int32_t members, const Instructions& instructions,
                              std::int32_t exchange_lanes,
                              BytesPerSecond bandwidth = BytesPerSecond(100)) {
  const auto count = static_cast<std::size_t>(members);
  program::Play play = unconnected({count, once("member", instructions)}, exchange_lanes);
  std::vector<std::int32_t> all;
  for (std::int32_t i = 0; i < members; ++i) all.push_back(i);
  add_group(play, 0, all);
  play.links.assign(count, bandwidth);
  return play;
}

// Each sends to the next over a port of its own out and one in.
inline program::Play ring(std::int32_t members, BytesPerSecond bandwidth, Seconds latency,
                          Bytes buffer) {
  const double n = members;
  program::Play play = group_of(members, {exchange(buffer.value()), join()}, 1, bandwidth);
  const std::int32_t lane = play.first_exchange_lane;
  play.patterns = {{.phases = {{{lane, 2 * (n - 1) / n, 2 * (n - 1)}}}}};
  play.links.resize(2 * static_cast<std::size_t>(members), bandwidth);
  for (std::int32_t i = 0; i < members; ++i) {
    const std::int32_t next = (i + 1) % members;
    connect(play, lane, i, next, {.uses = {{2 * i, 1}, {2 * next + 1, 1}}, .latency = latency});
  }
  return play;
}

}  // namespace trainyard::engine
