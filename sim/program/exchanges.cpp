#include "program/exchanges.hpp"

#include <algorithm>
#include <utility>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "collective/surroundings.hpp"

namespace trainyard::program {

using collective::AlgorithmRow;
using collective::Group;
using collective::Operation;
using parallelism::Coordinate;
using parallelism::Detail;

namespace {

// What does any operation for any group.
const char* fallback(Operation operation) {
  return operation == Operation::all_to_all ? "direct" : "ring";
}

bool spread(const std::vector<std::int64_t>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](std::int64_t node) { return node != nodes.front(); });
}

// Every message a phase of its own.
void add_messages(const std::vector<Part>& parts, Pattern& pattern) {
  double messages = 1;
  for (const Part& one : parts) messages = std::max(messages, one.messages);
  std::vector<Part> one_each = parts;
  for (Part& one : one_each) {
    one.share /= messages;
    one.messages /= messages;
    one.own /= messages;
    one.once /= messages;
  }
  for (double i = 0; i < messages; ++i) pattern.phases.push_back(one_each);
}

}  // namespace

Exchanges::Exchanges(const parallelism::Plan& plan, const hardware::Cluster& cluster,
                     std::int32_t first_lane, std::int32_t first_pattern)
    : plan_(plan), cluster_(cluster), first_lane_(first_lane), first_pattern_(first_pattern) {}

Group Exchanges::group(Channel channel, Coordinate at, std::vector<std::int64_t>& nodes) const {
  nodes.clear();
  for (const Coordinate member : members_of(plan_, channel, at)) {
    nodes.push_back(cluster_.node_of(rank_of(plan_, member)));
  }
  return {.node_of = nodes,
          .switch_cost = spread(nodes) ? 0 : collective::switch_cost(cluster_.node().scale_up)};
}

std::string Exchanges::asked(Channel channel) const {
  switch (channel) {
    case Channel::tensor:
      return plan_.request.algorithms.tensor;
    case Channel::context:
      return plan_.request.algorithms.context;
    case Channel::expert:
      return plan_.request.algorithms.expert;
    default:
      return plan_.request.algorithms.gradients;
  }
}

// Groups of different tensor places stand on the same nodes: those of place 0 tell for all.
bool Exchanges::fits_all(const AlgorithmRow& row, Channel channel, Operation operation) const {
  std::vector<std::int64_t> nodes;
  for (std::int64_t stage = 0; stage < plan_.pipeline(); ++stage) {
    for (std::int64_t peer = 0; peer < plan_.peers(); ++peer) {
      const Coordinate at{0, peer, stage};
      if (!leads(plan_, channel, at)) continue;
      if (row.phases(operation, group(channel, at, nodes)).empty()) return false;
    }
  }
  return true;
}

const AlgorithmRow& Exchanges::algorithm(Channel channel, Operation operation, Bytes buffer) {
  const std::string name = asked(channel);
  const AlgorithmRow* row = find_row(collective::algorithms(), name);
  if (name == "auto") {
    std::vector<std::int64_t> nodes;
    row = &collective::fastest(operation, group(channel, {}, nodes), buffer,
                               collective::surroundings(cluster_.node()));
  }
  EXPECT(row != nullptr);
  if (row->name != fallback(operation) && !fits_all(*row, channel, operation)) {
    row = find_row(collective::algorithms(), fallback(operation));
  }
  return *row;
}

std::int32_t Exchanges::closed(Operation operation, Bytes buffer) {
  const auto [found, fresh] = lines_.try_emplace(operation);
  collective::Lines& lines = found->second;
  if (fresh) lines = collective::in_node_exchange(cluster_, plan_.tensor(), operation);
  const collective::Line& line = lines.fastest(buffer);
  const Key key{Channel::tensor, operation, nullptr, &line - lines.all.data()};
  const auto [at, unknown] = known_.try_emplace(key, static_cast<std::int32_t>(patterns_.size()));
  if (unknown) {
    patterns_.push_back({.channel = static_cast<std::int32_t>(Channel::tensor),
                         .phases = {},
                         .fixed = line.fixed,
                         .per_byte = line.per_byte});
  }
  return first_pattern_ + at->second;
}

Part Exchanges::part(const Key& key, std::size_t phase, std::size_t transfer, bool whole) {
  const auto lane = first_lane_ + static_cast<std::int32_t>(lanes_.size());
  lanes_.push_back({.channel = std::get<0>(key),
                    .operation = std::get<1>(key),
                    .algorithm = std::get<2>(key),
                    .phase = phase,
                    .transfer = transfer,
                    .whole_phase = whole,
                    .pattern = static_cast<std::int32_t>(patterns_.size())});
  return {.lane = lane};
}

// Exchanges with everyone at once are one flow out of each rank that takes its part of every path,
// unless every flow is asked for: their number grows with the square of the group.
std::vector<Part> Exchanges::parts(const Key& key, std::size_t number,
                                   const collective::Phase& phase) {
  const auto& transfers = phase.transfers;
  std::vector<Part> all;
  if (std::get<2>(key)->everyone && transfers.size() > 1 &&
      plan_.request.detail == Detail::automatic) {
    Part& whole = all.emplace_back(part(key, number, 0, true));
    for (const auto& transfer : transfers) {
      whole.share += transfer.share;
      whole.own += own_share(phase, transfer);
    }
    return all;
  }
  for (std::size_t t = 0; t < transfers.size(); ++t) {
    Part& one = all.emplace_back(part(key, number, t, false));
    one.share = transfers[t].share;
    one.messages = transfers[t].messages;
    one.own = own_share(phase, transfers[t]);
    one.once = once(phase);
  }
  return all;
}

Pattern Exchanges::played(const Key& key) {
  const auto& [channel, operation, row, line] = key;
  std::vector<std::int64_t> nodes;
  const auto phases = row->phases(operation, group(channel, {}, nodes));
  EXPECT(!phases.empty());
  Pattern pattern{.channel = static_cast<std::int32_t>(channel),
                  .setup = cluster_.node().scale_up.setup,
                  .in_turn = phases.front().waits == collective::Waits::in_turn};
  for (std::size_t p = 0; p < phases.size(); ++p) {
    EXPECT(pattern.in_turn == (phases[p].waits == collective::Waits::in_turn));
    std::vector<Part> all = parts(key, p, phases[p]);
    if (plan_.request.detail == Detail::messages) {
      add_messages(all, pattern);
    } else {
      pattern.phases.push_back(std::move(all));
    }
  }
  return pattern;
}

std::int32_t Exchanges::pattern(Channel channel, Operation operation, Bytes buffer) {
  const auto [at, fresh] = by_size_.try_emplace({channel, operation, buffer.value()}, 0);
  if (!fresh) return at->second;
  if (channel == Channel::tensor && asked(channel) == "ring" &&
      plan_.request.detail == Detail::automatic) {
    return at->second = closed(operation, buffer);
  }
  const Key key{channel, operation, &algorithm(channel, operation, buffer), 0};
  const auto [found, unknown] =
      known_.try_emplace(key, static_cast<std::int32_t>(patterns_.size()));
  if (unknown) patterns_.push_back(played(key));
  return at->second = first_pattern_ + found->second;
}

Seconds Exchanges::alone(Channel channel, Operation operation, Bytes buffer) {
  const auto [at, fresh] = alone_.try_emplace({channel, operation, buffer.value()});
  if (!fresh) return at->second;
  std::vector<std::int64_t> nodes;
  const Group members = group(channel, {}, nodes);
  const auto phases = algorithm(channel, operation, buffer).phases(operation, members);
  at->second =
      collective::estimate(phases, members, buffer, collective::surroundings(cluster_.node()));
  return at->second;
}

bool Exchanges::played(Channel channel) const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [channel](const ExchangeLane& lane) { return lane.channel == channel; });
}

bool Exchanges::rotates(Channel channel) const {
  return std::all_of(lanes_.begin(), lanes_.end(), [channel](const ExchangeLane& lane) {
    // A broadcast starts at one member, whatever its algorithm.
    return lane.channel != channel ||
           (lane.algorithm->rotates && lane.operation != Operation::broadcast);
  });
}

}  // namespace trainyard::program
