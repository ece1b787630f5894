#include "program/wiring.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "base/check.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"

namespace trainyard::program {
namespace {

using parallelism::Coordinate;
using parallelism::Plan;

class Wirer {
 public:
  Wirer(const Plan& plan, const hardware::Cluster& cluster, const Exchanges& exchanges,
        const Symmetry& symmetry, Program& program);

  void ranks();
  void point_to_point();
  void groups();
  void exchanges();

 private:
  [[nodiscard]] std::int32_t index_of(Coordinate at) const;
  [[nodiscard]] std::int64_t count() const {
    return symmetry_.tensors * symmetry_.peers * plan_.pipeline();
  }
  [[nodiscard]] Coordinate coordinate(std::int64_t index) const;
  std::int32_t link(LinkId id);
  std::int32_t kind(LinkId link);
  Flow begin(Coordinate src, Coordinate dst) const;
  // Takes the links in `route_` into the flow's path, whose messages take `handling` besides.
  void cross(Flow& flow, Seconds handling);
  void seal(Flow flow, std::int32_t lane);
  void connect(std::int32_t lane, Coordinate src, Coordinate dst);
  void connect_all(std::int32_t lane, Coordinate src, const std::vector<Coordinate>& to);
  void stage_lanes(Coordinate at);
  void exchange_lanes(std::int32_t first_lane, std::span<const ExchangeLane> lanes);
  void exchange_group(std::int32_t first_lane, std::span<const ExchangeLane> lanes, Coordinate at);

  const Plan& plan_;
  const hardware::Cluster& cluster_;
  const Exchanges& exchanges_;
  const Symmetry& symmetry_;
  Program& program_;
  const pipeline::ScheduleRow& schedule_;
  std::unordered_map<std::int64_t, LinkId> kept_;  // by any link
  std::unordered_map<std::int64_t, std::int32_t> known_links_;
  std::unordered_map<std::string_view, std::int32_t> known_kinds_;
  std::vector<LinkId> route_;
};

Wirer::Wirer(const Plan& plan, const hardware::Cluster& cluster, const Exchanges& exchanges,
             const Symmetry& symmetry, Program& program)
    : plan_(plan),
      cluster_(cluster),
      exchanges_(exchanges),
      symmetry_(symmetry),
      program_(program),
      schedule_(schedule_of(plan.request)) {}

std::int32_t Wirer::index_of(Coordinate at) const {
  const Coordinate kept = symmetry_.kept(at);
  return static_cast<std::int32_t>(kept.tensor +
                                   symmetry_.tensors * (kept.peer + symmetry_.peers * kept.stage));
}

Coordinate Wirer::coordinate(std::int64_t index) const {
  const std::int64_t rest = index / symmetry_.tensors;
  return {index % symmetry_.tensors, rest % symmetry_.peers, rest / symmetry_.peers};
}

void Wirer::ranks() {
  const std::int64_t chunks = pipeline::chunks(schedule_.layout, plan_.request.chunks);
  program_.first_exchange_lane = lane::first_exchange(chunks);
  program_.copies = symmetry_.copies;
  program_.sending = plan_.request.sends == parallelism::Sends::rendezvous ? Sending::rendezvous
                                                                           : Sending::buffered;
  program_.patterns = exchanges_.patterns();
  for (std::int64_t i = 0; i < count(); ++i) {
    const std::int64_t rank = rank_of(plan_, coordinate(i));
    program_.rank.push_back(rank);
    program_.role.push_back(static_cast<std::int32_t>(coordinate(i).stage));
    program_.slowness.push_back(1 / cluster_.speed(cluster_.node_of(rank)));
  }
  const auto lanes =
      static_cast<std::size_t>(program_.first_exchange_lane) + exchanges_.lanes().size();
  program_.lanes.assign(lanes, std::vector<std::int32_t>(program_.ranks(), none));
}

std::int32_t Wirer::link(LinkId id) {
  const auto [asked, unasked] = kept_.try_emplace(id.value(), LinkId(0));
  if (unasked) asked->second = symmetry_.kept(cluster_, id);
  const LinkId kept = asked->second;
  const auto [found, fresh] =
      known_links_.try_emplace(kept.value(), static_cast<std::int32_t>(program_.links.size()));
  if (fresh) {
    program_.links.push_back({.id = kept,
                              .bandwidth = cluster_.link(kept).bandwidth.value(),
                              .copies = symmetry_.copies_of(cluster_, kept),
                              .kind = kind(kept)});
  }
  return found->second;
}

std::int32_t Wirer::kind(LinkId link) {
  return known_kinds_
      .try_emplace(cluster_.kind_of(link), static_cast<std::int32_t>(known_kinds_.size()))
      .first->second;
}

Flow Wirer::begin(Coordinate src, Coordinate dst) const {
  return {.src = index_of(src),
          .dst = index_of(dst),
          .first_link = static_cast<std::int32_t>(program_.path.size())};
}

void Wirer::cross(Flow& flow, Seconds handling) {
  Seconds latency = handling;
  const std::size_t first = program_.path.size();
  for (const LinkId id : route_) {
    latency += cluster_.link(id).latency;
    program_.path.push_back(link(id));
  }
  if (program_.path.size() > first) {
    program_.links[static_cast<std::size_t>(program_.path[first])].end = true;
    program_.links[static_cast<std::size_t>(program_.path.back())].end = true;
  }
  flow.latency = std::max(flow.latency, latency);
  route_.clear();
}

void Wirer::seal(Flow flow, std::int32_t lane) {
  flow.end_link = static_cast<std::int32_t>(program_.path.size());
  program_.lanes[static_cast<std::size_t>(lane)][static_cast<std::size_t>(flow.src)] =
      static_cast<std::int32_t>(program_.flows.size());
  program_.flows.push_back(flow);
}

void Wirer::connect(std::int32_t lane, Coordinate src, Coordinate dst) {
  connect_all(lane, src, {dst});
}

void Wirer::connect_all(std::int32_t lane, Coordinate src, const std::vector<Coordinate>& to) {
  Flow flow = begin(src, to.front());
  flow.weight = 1 / static_cast<double>(to.size());
  const std::int64_t from = rank_of(plan_, src);
  const hardware::ScaleUp& up = cluster_.node().scale_up;
  const hardware::Nic& nic = cluster_.node().nic;
  for (const Coordinate dst : to) {
    const std::int64_t rank = rank_of(plan_, dst);
    const bool leaves = cluster_.node_of(from) != cluster_.node_of(rank);
    flow.overhead += (leaves ? nic.message_overhead : up.message_overhead) * flow.weight;
    (leaves ? flow.leaving : flow.own_piece) += leaves ? flow.weight : up.own_piece * flow.weight;
    cluster_.route(from, rank, route_);
    cross(flow, leaves ? nic.handling : Seconds(0));
  }
  seal(flow, lane);
}

void Wirer::stage_lanes(Coordinate at) {
  const std::int64_t chunks = pipeline::chunks(schedule_.layout, plan_.request.chunks);
  bool first = false;
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    const pipeline::Spot spot{at.stage, chunk};
    first = first || pipeline::piece_at(schedule_.layout, spot, plan_.pipeline()) == 0;
    const auto next =
        pipeline::next(schedule_.layout, spot, plan_.pipeline(), plan_.request.chunks);
    if (next && next->stage != at.stage) {
      connect(lane::forward(chunk), at, {at.tensor, at.peer, next->stage});
    }
    const auto previous =
        pipeline::previous(schedule_.layout, spot, plan_.pipeline(), plan_.request.chunks);
    if (previous && previous->stage != at.stage) {
      connect(lane::backward(chunk), at, {at.tensor, at.peer, previous->stage});
    }
  }
  if (!first) return;
  Flow flow = begin(at, at);
  cluster_.ingest(rank_of(plan_, at), route_);
  cross(flow, Seconds(0));
  seal(flow, lane::input);
}

void Wirer::point_to_point() {
  for (std::int64_t i = 0; i < count(); ++i) stage_lanes(coordinate(i));
}

void Wirer::groups() {
  program_.groups.assign(channels, {});
  for (std::size_t c = 0; c < channels; ++c) {
    const auto channel = static_cast<Channel>(c);
    if (!exchanges_.played(channel)) continue;
    std::unordered_map<std::int64_t, std::int32_t> known;
    auto& groups = program_.groups[c];
    groups.assign(program_.ranks(), none);
    for (std::int64_t i = 0; i < count(); ++i) {
      // The group of the member that is kept, since a kept rank's group has all its like.
      const std::int64_t group = group_of(plan_, channel, coordinate(i));
      if (group < 0) continue;
      groups[static_cast<std::size_t>(i)] =
          known.try_emplace(group, static_cast<std::int32_t>(known.size())).first->second;
    }
  }
}

// The flows of a group's kept members on lanes that share an operation and an algorithm.
void Wirer::exchange_group(std::int32_t first_lane, std::span<const ExchangeLane> lanes,
                           Coordinate at) {
  std::vector<std::int64_t> nodes;
  const Channel channel = lanes.front().channel;
  const auto members = members_of(plan_, channel, at);
  const auto phases = lanes.front().algorithm->phases(lanes.front().operation,
                                                      exchanges_.group(channel, at, nodes));
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    EXPECT(lanes[l].phase < phases.size());
    const auto& transfers = phases[lanes[l].phase].transfers;
    for (std::size_t m = 0; m < members.size(); ++m) {
      if (rank_of(plan_, members[m]) != rank_of(plan_, symmetry_.kept(members[m]))) continue;
      std::vector<Coordinate> to;
      for (std::size_t t = 0; t < transfers.size(); ++t) {
        if (!lanes[l].whole_phase && t != lanes[l].transfer) continue;
        const std::int64_t member = transfers[t].to[m];
        if (member != collective::nobody) to.push_back(members[static_cast<std::size_t>(member)]);
      }
      if (!to.empty()) {
        connect_all(first_lane + static_cast<std::int32_t>(l), members[m], to);
      }
    }
  }
}

void Wirer::exchange_lanes(std::int32_t first_lane, std::span<const ExchangeLane> lanes) {
  std::vector<std::uint8_t> done(program_.ranks(), 0);
  const auto& groups = program_.groups[static_cast<std::size_t>(lanes.front().channel)];
  for (std::int64_t i = 0; i < count(); ++i) {
    const std::int32_t group = groups[static_cast<std::size_t>(i)];
    if (group == none || done[static_cast<std::size_t>(group)] != 0) continue;
    done[static_cast<std::size_t>(group)] = 1;
    exchange_group(first_lane, lanes, coordinate(i));
  }
}

void Wirer::exchanges() {
  const std::span<const ExchangeLane> lanes = exchanges_.lanes();
  for (std::size_t first = 0; first < lanes.size();) {
    std::size_t end = first + 1;
    while (end < lanes.size() && lanes[end].pattern == lanes[first].pattern) ++end;
    exchange_lanes(program_.first_exchange_lane + static_cast<std::int32_t>(first),
                   lanes.subspan(first, end - first));
    first = end;
  }
}

}  // namespace

void wire(const Plan& plan, const hardware::Cluster& cluster, const Exchanges& exchanges,
          const Symmetry& symmetry, Program& program) {
  Wirer wirer(plan, cluster, exchanges, symmetry, program);
  wirer.ranks();
  wirer.groups();
  wirer.point_to_point();
  wirer.exchanges();
}

}  // namespace trainyard::program
