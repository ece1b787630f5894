#include "program/fold.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace trainyard::program {
namespace {

using Colour = std::uint64_t;

// Finaliser of SplitMix64 (Steele et al., doi 10.1145/2660193.2660195): spreads bits.
Colour mixed(Colour x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}
Colour joined(Colour a, Colour b) {
  return mixed(a ^ std::rotl(b, 23));
}

// Colours as numbers from 0 in order of first appearance.
std::int32_t numbered(const std::vector<Colour>& colours, std::vector<std::int32_t>& classes) {
  std::unordered_map<Colour, std::int32_t> known;
  known.reserve(64);
  classes.clear();
  classes.reserve(colours.size());
  for (const Colour colour : colours) {
    classes.push_back(
        known.try_emplace(colour, static_cast<std::int32_t>(known.size())).first->second);
  }
  return static_cast<std::int32_t>(known.size());
}

class Refinement {
 public:
  Refinement(const Program& program, const std::vector<double>& bandwidth);

  // One round; returns the number of rank classes after it.
  std::size_t refine();
  [[nodiscard]] Partition result() const;

 private:
  void colour_links();
  void colour_flows();
  void colour_groups();
  void colour_ranks();

  const Program& program_;
  const std::vector<double>& bandwidth_;
  std::vector<Colour> rank_;
  std::vector<Colour> flow_;
  std::vector<Colour> group_;
  std::vector<Colour> link_;
  std::vector<Colour> seed_;               // of each flow: its lane and latency
  std::vector<std::uint8_t> in_exchange_;  // each flow: 1 where it is part of a group's exchange
};

Refinement::Refinement(const Program& program, const std::vector<double>& bandwidth)
    : program_(program), bandwidth_(bandwidth), link_(bandwidth.size()) {
  for (const std::int32_t role : program.role) rank_.push_back(mixed(static_cast<Colour>(role)));
  seed_.resize(program.flows.size());
  in_exchange_.resize(program.flows.size());
  for (std::size_t lane = 0; lane < program.lanes.size(); ++lane) {
    for (const std::int32_t flow : program.lanes[lane]) {
      if (flow == none) continue;
      const auto index = static_cast<std::size_t>(flow);
      seed_[index] = joined(lane, std::bit_cast<Colour>(program.flows[index].latency.value()));
      in_exchange_[index] = static_cast<std::int32_t>(lane) >= lane::first_phase ? 1 : 0;
    }
  }
  std::int32_t groups = 0;
  for (const std::int32_t group : program.group) groups = std::max(groups, group + 1);
  group_.resize(static_cast<std::size_t>(groups));
  flow_ = seed_;
}

// Sums are independent of order, so equal multisets give equal colours.
void Refinement::colour_links() {
  std::vector<Colour> sum(link_.size(), 0);
  for (std::size_t f = 0; f < flow_.size(); ++f) {
    const Flow& flow = program_.flows[f];
    const Colour colour = mixed(flow_[f]);
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      sum[program_.path[static_cast<std::size_t>(i)].index()] += colour;
    }
  }
  for (std::size_t l = 0; l < sum.size(); ++l) {
    link_[l] = joined(std::bit_cast<Colour>(bandwidth_[l]), sum[l]);
  }
}

void Refinement::colour_flows() {
  for (std::size_t f = 0; f < flow_.size(); ++f) {
    const Flow& flow = program_.flows[f];
    Colour links = 0;
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      links += mixed(link_[program_.path[static_cast<std::size_t>(i)].index()]);
    }
    // Who receives a part of an exchange does not matter: the group as a whole waits for it.
    const Colour receiver = in_exchange_[f] != 0 ? 0 : rank_[static_cast<std::size_t>(flow.dst)];
    const Colour ends = joined(rank_[static_cast<std::size_t>(flow.src)], receiver);
    flow_[f] = joined(joined(seed_[f], links), ends);
  }
}

void Refinement::colour_groups() {
  std::fill(group_.begin(), group_.end(), 0);
  for (std::size_t r = 0; r < rank_.size(); ++r) {
    const std::int32_t group = program_.group[r];
    if (group != none) group_[static_cast<std::size_t>(group)] += mixed(rank_[r]);
  }
}

void Refinement::colour_ranks() {
  std::vector<Colour> next(rank_.size());
  for (std::size_t r = 0; r < rank_.size(); ++r) {
    next[r] = mixed(rank_[r]);
    const std::int32_t group = program_.group[r];
    if (group != none) next[r] = joined(next[r], group_[static_cast<std::size_t>(group)]);
  }
  // What it sends by lane; a receiver is marked by what it gets.
  for (std::size_t lane = 0; lane < program_.lanes.size(); ++lane) {
    const bool gathers = static_cast<std::int32_t>(lane) < lane::first_phase;
    for (std::size_t r = 0; r < rank_.size(); ++r) {
      const std::int32_t index = program_.lanes[lane][r];
      if (index == none) continue;
      const Colour colour = flow_[static_cast<std::size_t>(index)];
      next[r] += mixed(joined(lane, colour));
      if (gathers) {
        const auto dst =
            static_cast<std::size_t>(program_.flows[static_cast<std::size_t>(index)].dst);
        next[dst] += mixed(joined(lane + 101, colour));
      }
    }
  }
  rank_ = std::move(next);
}

std::size_t Refinement::refine() {
  colour_links();
  colour_flows();
  colour_groups();
  colour_ranks();
  std::vector<std::int32_t> classes;
  return static_cast<std::size_t>(numbered(rank_, classes));
}

Partition Refinement::result() const {
  Partition partition;
  partition.ranks = numbered(rank_, partition.rank);
  partition.flows = numbered(flow_, partition.flow);
  partition.groups = numbered(group_, partition.group);
  std::vector<std::uint8_t> crossed(link_.size(), 0);
  for (const LinkId link : program_.path) crossed[link.index()] = 1;
  std::unordered_map<Colour, std::int32_t> known;
  for (std::size_t l = 0; l < link_.size(); ++l) {
    partition.link.push_back(
        crossed[l] == 0
            ? none
            : known.try_emplace(link_[l], static_cast<std::int32_t>(known.size())).first->second);
  }
  partition.links = static_cast<std::int32_t>(known.size());
  return partition;
}

// Every thing a class of its own.
Partition discrete(const Program& program, std::size_t links) {
  Partition partition;
  const auto number = [](std::vector<std::int32_t>& classes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) classes.push_back(static_cast<std::int32_t>(i));
    return static_cast<std::int32_t>(count);
  };
  std::int32_t groups = 0;
  for (const std::int32_t group : program.group) groups = std::max(groups, group + 1);
  partition.ranks = number(partition.rank, program.ranks());
  partition.flows = number(partition.flow, program.flows.size());
  partition.groups = number(partition.group, static_cast<std::size_t>(groups));
  partition.links = number(partition.link, links);
  return partition;
}

}  // namespace

// A round only ever splits classes. Flows follow the ranks of the round before, and links the
// flows, so nothing moves any more once two rounds in a row leave the number of rank classes alone.
Partition partition(const Program& program, const std::vector<double>& bandwidth, Folding folding) {
  if (folding == Folding::off) return discrete(program, bandwidth.size());
  Refinement refinement(program, bandwidth);
  std::size_t before = 0;
  for (int unchanged = 0; unchanged < 2;) {
    const std::size_t now = refinement.refine();
    unchanged = now == before ? unchanged + 1 : 0;
    before = now;
  }
  return refinement.result();
}

}  // namespace trainyard::program
