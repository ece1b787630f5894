#include "program/fold.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/random.hpp"

namespace trainyard::program {
namespace {

using Colour = std::uint64_t;

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
  explicit Refinement(const Program& program);

  // One round; returns the number of rank classes after it.
  std::size_t refine();
  [[nodiscard]] Partition result() const;
  // What is known after the first round, made consistent enough to be played.
  [[nodiscard]] Partition coarse() const;

 private:
  void sort_ranks_by_role();
  void seed_flows();
  void colour_links();
  void colour_groups();
  void colour_role(std::size_t role);
  void colour_flows();
  [[nodiscard]] Colour seen_by(std::size_t rank) const;

  const Program& program_;
  std::vector<Colour> rank_;
  std::vector<Colour> flow_;
  std::vector<std::vector<Colour>> group_;  // [channels][groups]
  std::vector<Colour> link_;
  std::vector<Colour> seed_;               // [flows]: lane and latency
  std::vector<Colour> route_;              // [flows]: seed and colours of the links
  std::vector<std::uint8_t> in_exchange_;  // [flows]: 1 where it is part of a group's exchange
  // [lanes to a rank][ranks]: the flow that arrives at the rank, or none.
  std::vector<std::vector<std::int32_t>> arrivals_;
  std::vector<std::vector<std::size_t>> by_role_;
  std::vector<Colour> next_;
};

Colour bits(double value) {
  return std::bit_cast<Colour>(value);
}

std::size_t count_groups(const std::vector<std::int32_t>& group) {
  std::int32_t groups = 0;
  for (const std::int32_t one : group) groups = std::max(groups, one + 1);
  return static_cast<std::size_t>(groups);
}

Refinement::Refinement(const Program& program) : program_(program), link_(program.links.size()) {
  for (std::size_t r = 0; r < program.ranks(); ++r) {
    rank_.push_back(joined(mixed(static_cast<Colour>(program.role[r])), bits(program.slowness[r])));
  }
  next_ = rank_;
  for (const auto& group : program.groups) group_.emplace_back(count_groups(group));
  sort_ranks_by_role();
  seed_flows();
}

void Refinement::sort_ranks_by_role() {
  by_role_.resize(program_.roles.size());
  for (std::size_t r = 0; r < rank_.size(); ++r) {
    by_role_[static_cast<std::size_t>(program_.role[r])].push_back(r);
  }
}

void Refinement::seed_flows() {
  const auto exchanges = static_cast<std::size_t>(program_.first_exchange_lane);
  seed_.resize(program_.flows.size());
  in_exchange_.resize(program_.flows.size());
  arrivals_.assign(exchanges, std::vector<std::int32_t>(rank_.size(), none));
  for (std::size_t lane = 0; lane < program_.lanes.size(); ++lane) {
    for (const std::int32_t index : program_.lanes[lane]) {
      if (index == none) continue;
      const auto f = static_cast<std::size_t>(index);
      const Flow& flow = program_.flows[f];
      seed_[f] = joined(
          joined(lane, bits(flow.latency.value()) + mixed(bits(flow.propagation.value()))),
          joined(joined(joined(bits(flow.overhead.value()), bits(flow.weight)), bits(flow.leaving)),
                 bits(flow.own_piece)));
      in_exchange_[f] = lane >= exchanges ? 1 : 0;
      if (lane < exchanges) arrivals_[lane][static_cast<std::size_t>(flow.dst)] = index;
    }
  }
  for (const Listener& one : program_.listeners) {
    arrivals_[static_cast<std::size_t>(one.lane)][static_cast<std::size_t>(one.rank)] = one.flow;
  }
  flow_ = seed_;
  route_ = seed_;
}

// Sums are independent of order, so equal multisets give equal colours.
void Refinement::colour_links() {
  std::vector<Colour> sum(link_.size(), 0);
  for (std::size_t f = 0; f < flow_.size(); ++f) {
    const Flow& flow = program_.flows[f];
    const Colour colour = mixed(flow_[f]);
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      sum[static_cast<std::size_t>(program_.path[static_cast<std::size_t>(i)])] += colour;
    }
  }
  for (std::size_t l = 0; l < sum.size(); ++l) {
    const Link& link = program_.links[l];
    const Colour seed =
        joined(joined(bits(link.bandwidth), bits(link.copies)), static_cast<Colour>(link.kind));
    link_[l] = joined(seed, sum[l]);
  }
  for (std::size_t f = 0; f < flow_.size(); ++f) {
    const Flow& flow = program_.flows[f];
    Colour links = 0;
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      links += mixed(link_[static_cast<std::size_t>(program_.path[static_cast<std::size_t>(i)])]);
    }
    route_[f] = joined(seed_[f], links);
  }
}

void Refinement::colour_groups() {
  for (std::size_t c = 0; c < group_.size(); ++c) {
    std::fill(group_[c].begin(), group_[c].end(), 0);
    for (std::size_t r = 0; r < program_.groups[c].size(); ++r) {
      const std::int32_t group = program_.groups[c][r];
      if (group != none) group_[c][static_cast<std::size_t>(group)] += mixed(rank_[r]);
    }
  }
}

// What a rank is and what it is connected to: its group, what it sends and to whom, what arrives
// and from whom. Who receives a part of an exchange does not matter: the group as a whole waits for
// it.
Colour Refinement::seen_by(std::size_t rank) const {
  Colour colour = mixed(rank_[rank]);
  for (std::size_t c = 0; c < group_.size(); ++c) {
    if (program_.groups[c].empty() || program_.groups[c][rank] == none) continue;
    colour = joined(colour, group_[c][static_cast<std::size_t>(program_.groups[c][rank])]);
  }
  for (const auto& lane : program_.lanes) {
    if (lane[rank] == none) continue;
    const auto flow = static_cast<std::size_t>(lane[rank]);
    const Colour receiver =
        in_exchange_[flow] != 0 ? 0 : rank_[static_cast<std::size_t>(program_.flows[flow].dst)];
    colour += mixed(joined(route_[flow], receiver));
  }
  for (const auto& lane : arrivals_) {
    if (lane[rank] == none) continue;
    const auto flow = static_cast<std::size_t>(lane[rank]);
    const Colour sender = rank_[static_cast<std::size_t>(program_.flows[flow].src)];
    colour += mixed(mixed(joined(route_[flow], sender)));
  }
  return colour;
}

// All ranks of a role at once, so that alike ranks see alike neighbours.
void Refinement::colour_role(std::size_t role) {
  for (const std::size_t rank : by_role_[role]) next_[rank] = seen_by(rank);
  for (const std::size_t rank : by_role_[role]) rank_[rank] = next_[rank];
}

void Refinement::colour_flows() {
  for (std::size_t f = 0; f < flow_.size(); ++f) {
    const Flow& flow = program_.flows[f];
    const Colour receiver = in_exchange_[f] != 0 ? 0 : rank_[static_cast<std::size_t>(flow.dst)];
    flow_[f] = joined(joined(route_[f], rank_[static_cast<std::size_t>(flow.src)]), receiver);
  }
}

// Up and down the roles: what one stage knows reaches all others within a round.
std::size_t Refinement::refine() {
  colour_links();
  colour_groups();
  for (std::size_t role = 0; role < by_role_.size(); ++role) colour_role(role);
  for (std::size_t role = by_role_.size(); role-- > 0;) colour_role(role);
  colour_flows();
  std::vector<std::int32_t> classes;
  return static_cast<std::size_t>(numbered(rank_, classes));
}

Partition Refinement::result() const {
  Partition partition;
  partition.ranks = numbered(rank_, partition.rank);
  partition.flows = numbered(flow_, partition.flow);
  for (const auto& group : group_) {
    partition.groups.push_back(numbered(group, partition.group.emplace_back()));
  }
  std::vector<std::uint8_t> crossed(link_.size(), 0);
  for (const std::int32_t link : program_.path) crossed[static_cast<std::size_t>(link)] = 1;
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

// Links that few flows cross are told apart by the classes of those flows, so that no class gets a
// link it has to share for itself; trunks stay as the first round saw them.
Partition Refinement::coarse() const {
  constexpr std::size_t few = 8;
  std::vector<std::size_t> crossings(link_.size(), 0);
  for (const std::int32_t link : program_.path) ++crossings[static_cast<std::size_t>(link)];
  Refinement after = *this;
  after.colour_links();
  for (std::size_t l = 0; l < link_.size(); ++l) {
    if (crossings[l] > few) after.link_[l] = link_[l];
  }
  after.flow_ = flow_;
  Partition partition = after.result();
  partition.exact = false;
  return partition;
}

// Every thing a class of its own.
Partition discrete(const Program& program) {
  Partition partition;
  const auto number = [](std::vector<std::int32_t>& classes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) classes.push_back(static_cast<std::int32_t>(i));
    return static_cast<std::int32_t>(count);
  };
  partition.ranks = number(partition.rank, program.ranks());
  partition.flows = number(partition.flow, program.flows.size());
  for (const auto& group : program.groups) {
    partition.groups.push_back(number(partition.group.emplace_back(), count_groups(group)));
  }
  partition.links = number(partition.link, program.links.size());
  return partition;
}

// Beyond these a full refinement costs more than it tells.
constexpr std::size_t most_classes = 4096;
constexpr std::size_t most_ranks_coloured = 200000;

}  // namespace

// A round only ever splits classes. Flows follow the ranks of the round before, and links the
// flows, so nothing moves any more once two rounds in a row leave the number of rank classes alone.
Partition partition(const Program& program, Folding folding) {
  if (folding == Folding::off) return discrete(program);
  Refinement refinement(program);
  std::size_t before = refinement.refine();
  const bool large = program.ranks() > most_classes;
  const Partition coarse = large ? refinement.coarse() : Partition{};
  std::size_t coloured = program.ranks();
  for (int unchanged = 0; unchanged < 2;) {
    const std::size_t now = refinement.refine();
    unchanged = now == before ? unchanged + 1 : 0;
    before = now;
    coloured += program.ranks();
    if (large && (now > most_classes || coloured > most_ranks_coloured)) return coarse;
  }
  return refinement.result();
}

}  // namespace trainyard::program
