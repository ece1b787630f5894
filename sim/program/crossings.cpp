#include "program/crossings.hpp"

#include <optional>

#include "base/check.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"

namespace trainyard::program {
namespace {

using parallelism::Coordinate;

class Crossings {
 public:
  Crossings(const Wiring& wiring, const std::vector<std::int32_t>& first, Flows& flows,
            Program& program)
      : wiring_(wiring), first_(first), flows_(flows), program_(program) {}
  void add();

 private:
  // A rank: its section, and where it stands in the section by itself.
  struct Rank {
    std::size_t section = 0;
    Coordinate at;
  };

  [[nodiscard]] std::size_t section_of(std::int64_t stage) const;
  [[nodiscard]] Rank rank(std::int64_t tensor, std::int64_t peer, std::int64_t stage) const;
  [[nodiscard]] std::int32_t index(const Rank& rank) const;
  [[nodiscard]] const parallelism::Plan& own(const Rank& rank) const {
    return wiring_.own[rank.section];
  }
  [[nodiscard]] hardware::Footprint::End end(const Rank& rank) const;
  void cross(Flow& flow, const Rank& src, const Rank& dst, double share);
  void spread(std::int32_t lane, const Rank& src, Rank dst, std::int64_t over);
  void gather(std::int32_t lane, Rank src, const Rank& dst, std::int64_t from);
  void connect(std::int32_t lane, std::int64_t stage, std::optional<pipeline::Spot> to);

  const Wiring& wiring_;
  const std::vector<std::int32_t>& first_;
  Flows& flows_;
  Program& program_;
};

std::size_t Crossings::section_of(std::int64_t stage) const {
  std::size_t section = 0;
  while (!wiring_.sections[section].holds(stage)) ++section;
  return section;
}

Crossings::Rank Crossings::rank(std::int64_t tensor, std::int64_t peer, std::int64_t stage) const {
  const std::size_t section = section_of(stage);
  return {section, {tensor, peer, stage - wiring_.sections[section].first_stage}};
}

std::int32_t Crossings::index(const Rank& rank) const {
  const parallelism::Plan& plan = own(rank);
  return first_[rank.section] +
         static_cast<std::int32_t>(rank.at.tensor +
                                   plan.tensor() * (rank.at.peer + plan.peers() * rank.at.stage));
}

hardware::Footprint::End Crossings::end(const Rank& rank) const {
  return {wiring_.sections[rank.section].part, rank_of(own(rank), rank.at)};
}

// `share` of the flow's bytes takes this way.
void Crossings::cross(Flow& flow, const Rank& src, const Rank& dst, double share) {
  const hardware::Footprint::Way way = wiring_.footprint.way(end(src), end(dst));
  const auto& nic = [this](const Rank& rank) -> const hardware::Nic& {
    return wiring_.footprint.cluster(wiring_.sections[rank.section].part).node().nic;
  };
  Seconds latency = std::max(nic(src).handling, nic(dst).handling);
  std::vector<std::int32_t> links;
  for (const LinkId id : way.path) {
    latency += wiring_.footprint.link(id).latency;
    links.push_back(flows_.link(id, 1));
  }
  flow.overhead += std::max(nic(src).message_overhead, nic(dst).message_overhead) * share;
  flow.leaving += share;
  flow.propagation = std::max(flow.propagation, way.propagation);
  flows_.cross(flow, links, latency);
}

// Of ranks that divide activations each receives its part; of others each all of them.
void Crossings::spread(std::int32_t lane, const Rank& src, Rank dst, std::int64_t over) {
  Flow flow = flows_.begin(index(src), index(dst));
  const bool divided = own(src).request.sequence_parallel;
  flow.weight = divided ? 1 / static_cast<double>(over) : 1;
  std::vector<std::int32_t> others;
  for (std::int64_t i = 0; i < over; ++i, ++dst.at.tensor) {
    cross(flow, src, dst, flow.weight);
    if (i > 0) others.push_back(index(dst));
  }
  const std::int32_t number = flows_.seal(flow, lane);
  for (const std::int32_t other : others) program_.listeners.push_back({lane, number, other});
}

void Crossings::gather(std::int32_t lane, Rank src, const Rank& dst, std::int64_t from) {
  Flow flow = flows_.begin(index(src), index(dst));
  const bool divided = own(src).request.sequence_parallel;
  for (std::int64_t i = 0; i < (divided ? from : 1); ++i, ++src.at.tensor) {
    cross(flow, src, dst, 1);
  }
  flows_.seal(flow, lane);
}

void Crossings::connect(std::int32_t lane, std::int64_t stage, std::optional<pipeline::Spot> to) {
  if (!to || section_of(to->stage) == section_of(stage)) return;
  const std::int64_t sends = own(rank(0, 0, stage)).tensor();
  const std::int64_t receives = own(rank(0, 0, to->stage)).tensor();
  EXPECT(sends % receives == 0 || receives % sends == 0);
  for (std::int64_t peer = 0; peer < own(rank(0, 0, stage)).peers(); ++peer) {
    if (sends <= receives) {
      const std::int64_t over = receives / sends;
      for (std::int64_t t = 0; t < sends; ++t) {
        spread(lane, rank(t, peer, stage), rank(t * over, peer, to->stage), over);
      }
    } else {
      const std::int64_t from = sends / receives;
      for (std::int64_t t = 0; t < receives; ++t) {
        gather(lane, rank(t * from, peer, stage), rank(t, peer, to->stage), from);
      }
    }
  }
}

void Crossings::add() {
  const parallelism::Request& request = wiring_.sections.front().plan.request;
  const pipeline::Layout layout = schedule_of(request).layout;
  for (std::int64_t stage = 0; stage < request.pipeline; ++stage) {
    for (std::int64_t chunk = 0; chunk < pipeline::chunks(layout, request.chunks); ++chunk) {
      const pipeline::Spot spot{stage, chunk};
      connect(lane::forward(chunk), stage,
              pipeline::next(layout, spot, request.pipeline, request.chunks));
      connect(lane::backward(chunk), stage,
              pipeline::previous(layout, spot, request.pipeline, request.chunks));
    }
  }
}

}  // namespace

void add_crossings(const Wiring& wiring, const std::vector<std::int32_t>& first, Flows& flows,
                   Program& program) {
  Crossings(wiring, first, flows, program).add();
}

}  // namespace trainyard::program
