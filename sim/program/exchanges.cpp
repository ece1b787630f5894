#include "program/exchanges.hpp"

#include <algorithm>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "collective/in_node.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"

namespace trainyard::program {

using collective::AlgorithmRow;
using collective::Group;
using collective::Operation;
using parallelism::Coordinate;
using parallelism::Detail;

namespace {

std::int64_t chunks_of(const parallelism::Plan& plan) {
  return pipeline::chunks(schedule_of(plan.request).layout, plan.request.chunks);
}

// What does any operation for any group.
const char* fallback(Operation operation) {
  return operation == Operation::all_to_all ? "direct" : "ring";
}

}  // namespace

Exchanges::Exchanges(const parallelism::Plan& plan, const hardware::Cluster& cluster)
    : plan_(plan), cluster_(cluster), first_lane_(lane::first_exchange(chunks_of(plan))) {}

Group Exchanges::group(Channel channel, Coordinate at, std::vector<std::int64_t>& nodes) const {
  nodes.clear();
  for (const Coordinate member : members_of(plan_, channel, at)) {
    nodes.push_back(cluster_.node_of(rank_of(plan_, member)));
  }
  return {.node_of = nodes};
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

// What a rank can send inside its node, and its part of the node's interfaces.
collective::Surroundings Exchanges::surroundings() const {
  const hardware::Node& node = cluster_.node();
  const double interfaces =
      std::min(1.0, static_cast<double>(node.nics) / static_cast<double>(node.accelerators));
  return {.inside = {node.scale_up.bandwidth * node.scale_up.efficiency, node.scale_up.latency},
          .across = {node.nic.bandwidth * (node.nic.efficiency * interfaces),
                     node.nic.latency + node.scale_out.switch_latency}};
}

const AlgorithmRow& Exchanges::algorithm(Channel channel, Operation operation, Bytes buffer) {
  const std::string name = asked(channel);
  const AlgorithmRow* row = find_row(collective::algorithms(), name);
  if (name == "auto") {
    std::vector<std::int64_t> nodes;
    row = &collective::fastest(operation, group(channel, {}, nodes), buffer, surroundings());
  }
  EXPECT(row != nullptr);
  if (row->name != fallback(operation) && !fits_all(*row, channel, operation)) {
    row = find_row(collective::algorithms(), fallback(operation));
  }
  return *row;
}

Pattern Exchanges::closed(Operation operation) const {
  const collective::Line line = collective::in_node_exchange(cluster_, plan_.tensor(), operation);
  return {.channel = static_cast<std::int32_t>(Channel::tensor),
          .phases = {},
          .fixed = line.fixed,
          .per_byte = line.per_byte};
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
Pattern Exchanges::played(const Key& key) {
  const auto& [channel, operation, row] = key;
  std::vector<std::int64_t> nodes;
  const auto phases = row->phases(operation, group(channel, {}, nodes));
  EXPECT(!phases.empty());
  Pattern pattern{.channel = static_cast<std::int32_t>(channel)};
  const Detail detail = plan_.request.detail;
  for (std::size_t p = 0; p < phases.size(); ++p) {
    const auto& transfers = phases[p].transfers;
    std::vector<Part> parts;
    double messages = 1;
    if (row->everyone && transfers.size() > 1 && detail == Detail::automatic) {
      Part all = part(key, p, 0, true);
      for (const auto& transfer : transfers) all.share += transfer.share;
      parts.push_back(all);
    } else {
      for (std::size_t t = 0; t < transfers.size(); ++t) {
        Part one = part(key, p, t, false);
        one.share = transfers[t].share;
        one.messages = transfers[t].messages;
        messages = std::max(messages, one.messages);
        parts.push_back(one);
      }
    }
    if (detail != Detail::messages) {
      pattern.phases.push_back(std::move(parts));
      continue;
    }
    for (Part& one : parts) {
      one.share /= messages;
      one.messages = 1;
    }
    for (double i = 0; i < messages; ++i) pattern.phases.push_back(parts);
  }
  return pattern;
}

std::int32_t Exchanges::pattern(Channel channel, Operation operation, Bytes buffer) {
  const auto [at, fresh] = by_size_.try_emplace({channel, operation, buffer.value()}, 0);
  if (!fresh) return at->second;
  const bool closed_form = channel == Channel::tensor && asked(channel) == "ring" &&
                           plan_.request.detail == Detail::automatic;
  const AlgorithmRow* row = closed_form ? nullptr : &algorithm(channel, operation, buffer);
  const Key key{channel, operation, row};
  const auto [found, unknown] =
      known_.try_emplace(key, static_cast<std::int32_t>(patterns_.size()));
  if (unknown) patterns_.push_back(closed_form ? closed(operation) : played(key));
  at->second = found->second;
  return found->second;
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
