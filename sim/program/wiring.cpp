#include "program/wiring.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/check.hpp"
#include "pipeline/schedule.hpp"
#include "program/crossings.hpp"
#include "program/flows.hpp"
#include "program/stage.hpp"

namespace trainyard::program {
namespace {

using parallelism::Coordinate;
using parallelism::Plan;

class Wirer {
 public:
  // The section's ranks are listed from `first_rank` on.
  Wirer(const Wiring& wiring, std::size_t section, const Symmetry& symmetry,
        std::int32_t first_rank, Flows& flows, Program& program);

  [[nodiscard]] std::int64_t count() const {
    return symmetry_.tensors * symmetry_.peers * plan_.pipeline();
  }
  void ranks();
  void point_to_point();
  void groups();
  void exchanges();

 private:
  [[nodiscard]] std::int32_t index_of(Coordinate at) const;
  [[nodiscard]] Coordinate coordinate(std::int64_t index) const;
  std::int32_t link(LinkId id);
  // Takes the links in `route_` into the flow's path, whose messages take `handling` besides.
  void cross(Flow& flow, Seconds handling);
  void connect(std::int32_t lane, Coordinate src, Coordinate dst);
  void connect_all(std::int32_t lane, Coordinate src, const std::vector<Coordinate>& to);
  void connect_stage(std::int32_t lane, Coordinate src, std::optional<pipeline::Spot> dst);
  void stage_lanes(Coordinate at);
  void exchange_lanes(std::int32_t first_lane, std::span<const ExchangeLane> lanes);
  void exchange_group(std::int32_t first_lane, std::span<const ExchangeLane> lanes, Coordinate at);

  const Section& section_;
  const Plan& plan_;  // of the section by itself
  const hardware::Cluster& cluster_;
  const Exchanges& exchanges_;
  const Symmetry& symmetry_;
  std::int32_t first_rank_;
  std::int64_t first_number_;
  std::int64_t first_link_;
  Flows& flows_;
  Program& program_;
  const pipeline::ScheduleRow& schedule_;
  std::unordered_map<std::int64_t, std::int32_t> links_;  // by any link
  std::vector<LinkId> route_;
  std::vector<std::int32_t> crossed_;
};

Wirer::Wirer(const Wiring& wiring, std::size_t section, const Symmetry& symmetry,
             std::int32_t first_rank, Flows& flows, Program& program)
    : section_(wiring.sections[section]),
      plan_(wiring.own[section]),
      cluster_(wiring.footprint.cluster(section_.part)),
      exchanges_(wiring.exchanges[section]),
      symmetry_(symmetry),
      first_rank_(first_rank),
      first_number_(wiring.footprint.first_accelerator(section_.part)),
      first_link_(wiring.footprint.first_link(section_.part)),
      flows_(flows),
      program_(program),
      schedule_(schedule_of(section_.plan.request)) {}

std::int32_t Wirer::index_of(Coordinate at) const {
  const Coordinate kept = symmetry_.kept(at);
  return first_rank_ +
         static_cast<std::int32_t>(kept.tensor +
                                   symmetry_.tensors * (kept.peer + symmetry_.peers * kept.stage));
}

Coordinate Wirer::coordinate(std::int64_t index) const {
  const std::int64_t rest = index / symmetry_.tensors;
  return {index % symmetry_.tensors, rest % symmetry_.peers, rest / symmetry_.peers};
}

void Wirer::ranks() {
  for (std::int64_t i = 0; i < count(); ++i) {
    const std::int64_t rank = rank_of(plan_, coordinate(i));
    program_.rank.push_back(first_number_ + rank);
    program_.role.push_back(static_cast<std::int32_t>(section_.first_stage + coordinate(i).stage));
    program_.slowness.push_back(1 / cluster_.speed(cluster_.node_of(rank)));
  }
}

std::int32_t Wirer::link(LinkId id) {
  const auto [found, fresh] = links_.try_emplace(id.value(), 0);
  if (fresh) {
    const LinkId kept = symmetry_.kept(cluster_, id);
    found->second =
        flows_.link(LinkId(first_link_ + kept.value()), symmetry_.copies_of(cluster_, kept));
  }
  return found->second;
}

void Wirer::cross(Flow& flow, Seconds handling) {
  Seconds latency = handling;
  crossed_.clear();
  for (const LinkId id : route_) {
    latency += cluster_.link(id).latency;
    crossed_.push_back(link(id));
  }
  flows_.cross(flow, crossed_, latency);
  route_.clear();
}

void Wirer::connect(std::int32_t lane, Coordinate src, Coordinate dst) {
  connect_all(lane, src, {dst});
}

void Wirer::connect_all(std::int32_t lane, Coordinate src, const std::vector<Coordinate>& to) {
  Flow flow = flows_.begin(index_of(src), index_of(to.front()));
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
  flows_.seal(flow, lane);
}

// Transfers to other sections are wired between them (crossings.hpp).
void Wirer::connect_stage(std::int32_t lane, Coordinate src, std::optional<pipeline::Spot> dst) {
  const std::int64_t stage = section_.first_stage + src.stage;
  if (!dst || dst->stage == stage || !section_.holds(dst->stage)) return;
  connect(lane, src, {src.tensor, src.peer, dst->stage - section_.first_stage});
}

void Wirer::stage_lanes(Coordinate at) {
  const parallelism::Request& request = section_.plan.request;
  const std::int64_t chunks = pipeline::chunks(schedule_.layout, request.chunks);
  bool first = false;
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    const pipeline::Spot spot{section_.first_stage + at.stage, chunk};
    first = first || pipeline::piece_at(schedule_.layout, spot, request.pipeline) == 0;
    connect_stage(lane::forward(chunk), at,
                  pipeline::next(schedule_.layout, spot, request.pipeline, request.chunks));
    connect_stage(lane::backward(chunk), at,
                  pipeline::previous(schedule_.layout, spot, request.pipeline, request.chunks));
  }
  if (!first) return;
  Flow flow = flows_.begin(index_of(at), index_of(at));
  cluster_.ingest(rank_of(plan_, at), route_);
  cross(flow, Seconds(0));
  flows_.seal(flow, lane::input);
}

void Wirer::point_to_point() {
  for (std::int64_t i = 0; i < count(); ++i) stage_lanes(coordinate(i));
}

void Wirer::groups() {
  for (std::size_t c = 0; c < channels; ++c) {
    const auto channel = static_cast<Channel>(c);
    if (!exchanges_.played(channel)) continue;
    std::unordered_map<std::int64_t, std::int32_t> known;
    auto& groups = program_.groups[c];
    groups.resize(program_.ranks(), none);
    // Numbered after those of sections before.
    const std::int32_t first = *std::max_element(groups.begin(), groups.end()) + 1;
    for (std::int64_t i = 0; i < count(); ++i) {
      // The group of the member that is kept, since a kept rank's group has all its like.
      const std::int64_t group = group_of(plan_, channel, coordinate(i));
      if (group < 0) continue;
      groups[static_cast<std::size_t>(first_rank_ + i)] =
          known.try_emplace(group, first + static_cast<std::int32_t>(known.size())).first->second;
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
    const std::int32_t group = groups[static_cast<std::size_t>(first_rank_ + i)];
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
    exchange_lanes(exchanges_.first_lane() + static_cast<std::int32_t>(first),
                   lanes.subspan(first, end - first));
    first = end;
  }
}

void begin(const Wiring& wiring, Program& program) {
  const parallelism::Request& request = wiring.sections.front().plan.request;
  program.first_exchange_lane = first_exchange_lane(request);
  switch (request.sends) {
    case parallelism::Sends::buffered:
      program.sending = Sending::buffered;
      break;
    case parallelism::Sends::blocking:
      program.sending = Sending::blocking;
      break;
    case parallelism::Sends::rendezvous:
      program.sending = Sending::rendezvous;
      break;
  }
  for (const Exchanges& each : wiring.exchanges) {
    program.patterns.insert(program.patterns.end(), each.patterns().begin(), each.patterns().end());
  }
  program.groups.assign(channels, {});
}

std::size_t lanes(const Wiring& wiring) {
  auto lanes = static_cast<std::size_t>(first_exchange_lane(wiring.sections.front().plan.request));
  for (const Exchanges& each : wiring.exchanges) lanes += each.lanes().size();
  return lanes;
}

}  // namespace

void wire(const Wiring& wiring, const Symmetry& symmetry, Program& program) {
  begin(wiring, program);
  program.copies = symmetry.copies;
  Flows flows(wiring.footprint, program);
  std::vector<std::int32_t> first;
  std::vector<Symmetry> none_alike;
  for (const parallelism::Plan& own : wiring.own) none_alike.push_back(no_symmetry(own));
  std::vector<Wirer> wirers;
  const bool alone = wiring.sections.size() == 1;
  for (std::size_t s = 0; s < wiring.sections.size(); ++s) {
    first.push_back(static_cast<std::int32_t>(program.ranks()));
    wirers.emplace_back(wiring, s, alone ? symmetry : none_alike[s], first.back(), flows, program);
    wirers.back().ranks();
  }
  program.lanes.assign(lanes(wiring), std::vector<std::int32_t>(program.ranks(), none));
  for (Wirer& wirer : wirers) {
    wirer.groups();
    wirer.point_to_point();
    wirer.exchanges();
  }
  if (!alone) add_crossings(wiring, first, flows, program);
}

}  // namespace trainyard::program
