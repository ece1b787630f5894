#include "engine/groups.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.hpp"
#include "engine/simgrid.hpp"

namespace trainyard::engine {

using program::none;
using program::Part;

Groups::Groups(const program::Play& play, Carrier& carrier)
    : play_(play),
      carrier_(carrier),
      states_(play.members.size()),
      offered_(play.players.size() * static_cast<std::size_t>(play.channels), 0),
      lane_channel_(static_cast<std::size_t>(play.lanes), none) {
  for (const program::Pattern& pattern : play.patterns) {
    for (const auto& phase : pattern.phases) {
      for (const Part& part : phase) {
        lane_channel_[static_cast<std::size_t>(part.lane)] = pattern.channel;
      }
    }
  }
}

const program::Pattern& Groups::pattern(const State& state) const {
  return play_.patterns[static_cast<std::size_t>(state.queue.front().pattern)];
}

std::int64_t Groups::lane_token(std::int32_t player, std::int32_t lane) const {
  return static_cast<std::int64_t>(play_.at_lane(player, lane)) * 2 + 1;
}

void Groups::offer(std::int32_t player, std::int32_t number, double bytes) {
  const std::int32_t channel = play_.patterns[static_cast<std::size_t>(number)].channel;
  const std::size_t at = play_.at_channel(player, channel);
  const std::int32_t group = play_.group[at];
  EXPECT(group != none);
  State& exchange = state(group);
  const auto place = static_cast<std::size_t>(offered_[at]++ - exchange.done);
  while (exchange.queue.size() <= place) exchange.queue.push_back({bytes, number, 0});
  Offered& offered = exchange.queue[place];
  EXPECT(offered.pattern == number);
  ++offered.offers;
  if (!exchange.busy) start(group);
}

std::int64_t Groups::open(std::int32_t player, std::int32_t channel) const {
  const std::size_t at = play_.at_channel(player, channel);
  const std::int32_t group = play_.group[at];
  if (group == none) return 0;
  return offered_[at] - states_[static_cast<std::size_t>(group)].done;
}

std::vector<std::int64_t> Groups::offered(std::int32_t player) const {
  const auto first = offered_.begin() + static_cast<std::ptrdiff_t>(play_.at_channel(player, 0));
  return {first, first + play_.channels};
}

void Groups::start(std::int32_t group) {
  State& exchange = state(group);
  const auto& members = play_.members[static_cast<std::size_t>(group)];
  if (exchange.queue.empty() || exchange.queue.front().offers < members.size()) return;
  exchange.busy = true;
  exchange.phase = 0;
  const program::Pattern& how = pattern(exchange);
  if (!how.phases.empty()) return start_phase(group);
  carrier_.delay(how.fixed + Seconds(how.per_byte * exchange.queue.front().bytes),
                 static_cast<std::int64_t>(group) * 2);
}

template <class Visit>
void Groups::each_sender(std::int32_t group, const Visit& visit) const {
  const State& exchange = states_[static_cast<std::size_t>(group)];
  for (const Part& part : pattern(exchange).phases[exchange.phase]) {
    for (const std::int32_t member : play_.members[static_cast<std::size_t>(group)]) {
      const std::int32_t flow = play_.flow[play_.at_lane(member, part.lane)];
      if (flow != none) visit(Sender{member, &part, flow});
    }
  }
}

Groups::Waits Groups::waits(std::int32_t group) const {
  Waits sum{.least = std::numeric_limits<double>::infinity()};
  const Part* part = nullptr;
  double longest = 0;
  each_sender(group, [&](const Sender& sender) {
    if (sender.part != part) sum.in_turn += std::exchange(longest, 0);
    part = sender.part;
    const double wait =
        play_.flows[static_cast<std::size_t>(sender.flow)].latency.value() * part->messages;
    longest = std::max(longest, wait);
    sum.least = std::min(sum.least, wait);
    sum.most = std::max(sum.most, wait);
  });
  sum.in_turn += longest;
  return sum;
}

// Where all transfers of the phase wait equally long, one delay serves them all.
void Groups::start_phase(std::int32_t group) {
  State& exchange = state(group);
  exchange.since = sg::Engine::get_clock();
  exchange.moving = 0;
  each_sender(group, [&](const Sender&) { ++exchange.moving; });
  const program::Pattern& how = pattern(exchange);
  const Seconds setup = exchange.phase == 0 ? how.setup : Seconds(0);
  const Waits wait = waits(group);
  if (how.in_turn || wait.least >= wait.most) {
    return carrier_.delay(setup + Seconds(how.in_turn ? wait.in_turn : wait.most),
                          static_cast<std::int64_t>(group) * 2);
  }
  each_sender(group, [&](const Sender& sender) {
    const Seconds latency = play_.flows[static_cast<std::size_t>(sender.flow)].latency;
    carrier_.delay(setup + latency * sender.part->messages,
                   lane_token(sender.player, sender.part->lane));
  });
}

void Groups::send(std::int32_t group, const Sender& sender) {
  const program::Part& part = *sender.part;
  const program::FlowClass& flow = play_.flows[static_cast<std::size_t>(sender.flow)];
  const double buffer = state(group).queue.front().bytes;
  const double bytes = buffer * part.share;
  const double besides =
      std::min(bytes, flow.overhead.value() * part.once) + buffer * part.own * flow.own_piece;
  carrier_.move(sender.player, part.lane, bytes, bytes + besides,
                lane_token(sender.player, part.lane));
}

void Groups::expired(std::int64_t token) {
  if (token % 2 == 0) {
    const auto group = static_cast<std::int32_t>(token / 2);
    if (pattern(state(group)).phases.empty() || state(group).moving == 0) return finish(group);
    each_sender(group, [&](const Sender& sender) { send(group, sender); });
    return;
  }
  const auto lane = static_cast<std::int32_t>(token / 2 % play_.lanes);
  const auto player = static_cast<std::int32_t>(token / 2 / play_.lanes);
  const std::int32_t channel = lane_channel_[static_cast<std::size_t>(lane)];
  const std::int32_t group = play_.group[play_.at_channel(player, channel)];
  const State& exchange = state(group);
  for (const Part& part : pattern(exchange).phases[exchange.phase]) {
    if (part.lane == lane) send(group, {player, &part, play_.flow[play_.at_lane(player, lane)]});
  }
}

void Groups::arrived(std::int64_t token, Recording* recording) {
  const auto lane = static_cast<std::int32_t>(token / 2 % play_.lanes);
  const auto player = static_cast<std::int32_t>(token / 2 / play_.lanes);
  const std::int32_t channel = lane_channel_[static_cast<std::size_t>(lane)];
  const std::int32_t group = play_.group[play_.at_channel(player, channel)];
  State& exchange = state(group);
  if (recording != nullptr) {
    double share = 0;
    for (const Part& part : pattern(exchange).phases[exchange.phase]) {
      if (part.lane == lane) share = part.share;
    }
    recording->moves.push_back({player, lane, Bytes(exchange.queue.front().bytes * share),
                                Seconds(exchange.since), Seconds(sg::Engine::get_clock())});
  }
  if (--exchange.moving == 0) finish(group);
}

// Of a phase; after the last one, of the exchange.
void Groups::finish(std::int32_t group) {
  State& exchange = state(group);
  if (++exchange.phase < pattern(exchange).phases.size()) return start_phase(group);
  exchange.queue.pop_front();
  ++exchange.done;
  exchange.busy = false;
  start(group);
  carrier_.done(group);
}

}  // namespace trainyard::engine
