#include "program/wiring.hpp"

#include "collective/all_reduce.hpp"

namespace trainyard::program {
namespace {

using parallelism::Coordinate;
using parallelism::Plan;

class Wirer {
 public:
  Wirer(const Plan& plan, const hardware::Cluster& cluster, Program& program)
      : plan_(plan), cluster_(cluster), program_(program) {}

  void point_to_point();
  void exchanges();

 private:
  std::vector<std::int32_t>& lane(std::int32_t index);
  void connect(std::int32_t lane, std::int64_t src, std::int64_t dst, double steps);
  void feed(std::int64_t rank);
  [[nodiscard]] std::vector<std::int64_t> members(std::int64_t tensor, std::int64_t stage) const;
  [[nodiscard]] std::vector<std::int64_t> nodes(const std::vector<std::int64_t>& ranks) const;
  [[nodiscard]] std::string algorithm() const;
  void seal(Flow flow, std::int32_t lane, double steps);

  const Plan& plan_;
  const hardware::Cluster& cluster_;
  Program& program_;
};

std::vector<std::int32_t>& Wirer::lane(std::int32_t index) {
  auto& lanes = program_.lanes;
  while (lanes.size() <= static_cast<std::size_t>(index)) {
    lanes.emplace_back(program_.ranks(), none);
  }
  return lanes[static_cast<std::size_t>(index)];
}

// Takes the links appended to the path since `flow.first_link`.
void Wirer::seal(Flow flow, std::int32_t lane_index, double steps) {
  flow.end_link = static_cast<std::int32_t>(program_.path.size());
  for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
    flow.latency += cluster_.link(program_.path[static_cast<std::size_t>(i)]).latency;
  }
  flow.latency = flow.latency * steps;
  lane(lane_index)[static_cast<std::size_t>(flow.src)] =
      static_cast<std::int32_t>(program_.flows.size());
  program_.flows.push_back(flow);
}

void Wirer::connect(std::int32_t lane_index, std::int64_t src, std::int64_t dst, double steps) {
  const Flow flow{.src = static_cast<std::int32_t>(src),
                  .dst = static_cast<std::int32_t>(dst),
                  .first_link = static_cast<std::int32_t>(program_.path.size())};
  cluster_.route(src, dst, program_.path);
  seal(flow, lane_index, steps);
}

void Wirer::feed(std::int64_t rank) {
  const Flow flow{.src = static_cast<std::int32_t>(rank),
                  .dst = static_cast<std::int32_t>(rank),
                  .first_link = static_cast<std::int32_t>(program_.path.size())};
  cluster_.ingest(rank, program_.path);
  seal(flow, lane::input, 1);
}

void Wirer::point_to_point() {
  lane(lane::backward);
  for (std::int64_t rank = 0; rank < plan_.ranks(); ++rank) {
    const Coordinate at = coordinate_of(plan_, rank);
    program_.role[static_cast<std::size_t>(rank)] = static_cast<std::int32_t>(at.stage);
    if (at.stage == 0) feed(rank);
    if (at.stage + 1 < plan_.pipeline()) {
      connect(lane::forward, rank, rank_of(plan_, {at.tensor, at.data, at.stage + 1}), 1);
    }
    if (at.stage > 0) {
      connect(lane::backward, rank, rank_of(plan_, {at.tensor, at.data, at.stage - 1}), 1);
    }
  }
}

std::vector<std::int64_t> Wirer::members(std::int64_t tensor, std::int64_t stage) const {
  std::vector<std::int64_t> ranks;
  for (std::int64_t data = 0; data < plan_.data; ++data) {
    ranks.push_back(rank_of(plan_, {tensor, data, stage}));
  }
  return ranks;
}

std::vector<std::int64_t> Wirer::nodes(const std::vector<std::int64_t>& ranks) const {
  std::vector<std::int64_t> nodes;
  for (const std::int64_t rank : ranks) nodes.push_back(cluster_.node_of(rank));
  return nodes;
}

// One algorithm for all groups: the one asked for where it fits every group, else the ring, which
// always fits.
std::string Wirer::algorithm() const {
  std::string name = plan_.request.gradient_collective;
  if (name == "auto") name = "hierarchical";
  for (std::int64_t stage = 0; stage < plan_.pipeline(); ++stage) {
    for (std::int64_t tensor = 0; tensor < plan_.tensor(); ++tensor) {
      if (collective::all_reduce(name, nodes(members(tensor, stage))).empty()) return "ring";
    }
  }
  return name;
}

void Wirer::exchanges() {
  program_.group.assign(program_.ranks(), none);
  if (plan_.data == 1) return;
  const std::string name = algorithm();
  std::int32_t group = 0;
  for (std::int64_t stage = 0; stage < plan_.pipeline(); ++stage) {
    for (std::int64_t tensor = 0; tensor < plan_.tensor(); ++tensor, ++group) {
      const auto ranks = members(tensor, stage);
      const auto phases = collective::all_reduce(name, nodes(ranks));
      program_.phase_share.clear();
      for (std::size_t p = 0; p < phases.size(); ++p) {
        program_.phase_share.push_back(phases[p].share);
        for (std::size_t i = 0; i < ranks.size(); ++i) {
          connect(lane::first_phase + static_cast<std::int32_t>(p), ranks[i],
                  ranks[static_cast<std::size_t>(phases[p].next[i])], phases[p].steps);
        }
      }
      for (const std::int64_t rank : ranks) program_.group[static_cast<std::size_t>(rank)] = group;
    }
  }
}

}  // namespace

void wire(const Plan& plan, const hardware::Cluster& cluster, Program& program) {
  program.role.assign(static_cast<std::size_t>(plan.ranks()), 0);
  Wirer wirer(plan, cluster, program);
  wirer.point_to_point();
  wirer.exchanges();
}

}  // namespace trainyard::program
