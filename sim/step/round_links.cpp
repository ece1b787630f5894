#include "step/round_links.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::step {
namespace {

void sort_uses(program::FlowClass& flow) {
  std::sort(flow.uses.begin(), flow.uses.end(),
            [](const program::Use& a, const program::Use& b) { return a.link < b.link; });
}

}  // namespace

RoundLinks::RoundLinks(const Round& round)
    : round_(round), routes_(round.wide.sites, round.wide.links) {
  for (const Learner& learner : round_.learners) {
    out_.push_back(add(learner.interfaces));
    in_.push_back(add(learner.interfaces));
  }
  for (const BytesPerSecond port : round_.wide.ports) {
    for (int way = 0; way < 2; ++way) {
      ports_.push_back(port > BytesPerSecond(0) ? add(port) : program::none);
    }
  }
  for (const hardware::WanLink& link : round_.wide.links) {
    for (int way = 0; way < 2; ++way) lanes_.push_back(add(link.bandwidth - link.background));
  }
}

std::int32_t RoundLinks::add(BytesPerSecond bandwidth) {
  capacity_.push_back(bandwidth);
  return static_cast<std::int32_t>(capacity_.size()) - 1;
}

void RoundLinks::long_haul(const Way& way, program::FlowClass& flow) {
  const hardware::WanRoute& route = routes_.between(way.from, way.to);
  EXPECT(!route.lanes.empty());
  const auto cross = [&](std::int32_t link) {
    if (link != program::none) flow.uses.push_back({link, 1});
  };
  const double streams = static_cast<double>(round_.sync.streams) * way.streams;
  BytesPerSecond least = BytesPerSecond(0);
  for (const hardware::WanLane lane : route.lanes) {
    const BytesPerSecond all = round_.wide.links[lane / 2].per_stream * streams;
    if (all > BytesPerSecond(0)) least = least > BytesPerSecond(0) ? std::min(least, all) : all;
    cross(lanes_[lane]);
  }
  if (least > BytesPerSecond(0)) cross(add(least));
  cross(ports_[2 * way.from]);
  cross(ports_[2 * way.to + 1]);
  flow.latency += route.latency;
}

program::FlowClass RoundLinks::between(std::size_t from, std::size_t to) {
  const Learner& src = round_.learners[from];
  const Learner& dst = round_.learners[to];
  const bool flat = round_.sync.crossing == Crossing::flat;
  program::FlowClass flow{.uses = {{out_[from], 1}, {in_[to], 1}},
                          .latency = std::max(src.latency, dst.latency)};
  if (src.site != dst.site) {
    long_haul({src.site, dst.site, flat ? src.rings : src.holders}, flow);
  }
  // A flat ring's messages pass the long haul once on their way round all members.
  if (flat) {
    double members = 0;
    for (const Learner& learner : round_.learners) members += learner.holders / learner.rings;
    flow.latency = src.latency + (flow.latency - src.latency) *
                                     (static_cast<double>(round_.learners.size()) / members);
  }
  sort_uses(flow);
  return flow;
}

program::FlowClass RoundLinks::up(std::size_t learner, std::size_t site) {
  const Learner& src = round_.learners[learner];
  program::FlowClass flow{.uses = {{out_[learner], 1}}, .latency = src.latency};
  if (src.site != site) long_haul({src.site, site, src.holders}, flow);
  sort_uses(flow);
  return flow;
}

program::FlowClass RoundLinks::down(std::size_t learner, std::size_t site) {
  const Learner& dst = round_.learners[learner];
  program::FlowClass flow{.uses = {{in_[learner], 1}}, .latency = dst.latency};
  if (dst.site != site) long_haul({site, dst.site, dst.holders}, flow);
  sort_uses(flow);
  return flow;
}

}  // namespace trainyard::step
