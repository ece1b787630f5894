#include "program/play.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "program/prune.hpp"

namespace trainyard::program {
namespace {

// The first member of each class.
std::vector<std::size_t> representatives(const std::vector<std::int32_t>& classes,
                                         std::int32_t count) {
  std::vector<std::size_t> first(static_cast<std::size_t>(count), classes.size());
  for (std::size_t i = classes.size(); i-- > 0;) {
    if (classes[i] != none) first[static_cast<std::size_t>(classes[i])] = i;
  }
  return first;
}

class Folder {
 public:
  Folder(const Program& program, Folding folding)
      : program_(program),
        classes_(partition(program, folding)),
        first_rank_(representatives(classes_.rank, classes_.ranks)) {}
  Play fold();

 private:
  void players();
  void lanes();
  void senders();
  void groups();
  void links();
  void flows();
  [[nodiscard]] std::int32_t flow_class(std::int32_t flow) const {
    return flow == none ? none : classes_.flow[static_cast<std::size_t>(flow)];
  }
  std::vector<Use> uses(std::vector<std::int32_t>& crossed, double count);

  const Program& program_;
  Partition classes_;
  std::vector<std::size_t> first_rank_;
  Play play_;
};

void Folder::players() {
  for (const std::size_t rank : first_rank_) {
    play_.players.push_back({.role = program_.role[rank],
                             .ranks = 0,
                             .slowness = program_.slowness[rank],
                             .first = program_.rank[rank]});
  }
  for (const std::int32_t rank : classes_.rank) {
    play_.players[static_cast<std::size_t>(rank)].ranks += program_.copies;
  }
}

void Folder::lanes() {
  play_.lanes = static_cast<std::int32_t>(program_.lanes.size());
  play_.first_exchange_lane = program_.first_exchange_lane;
  const std::size_t count = play_.players.size() * program_.lanes.size();
  play_.flow.assign(count, none);
  play_.sender.assign(count, none);
  for (std::size_t p = 0; p < play_.players.size(); ++p) {
    for (std::int32_t l = 0; l < play_.lanes; ++l) {
      play_.flow[play_.at_lane(static_cast<std::int32_t>(p), l)] =
          flow_class(program_.lanes[static_cast<std::size_t>(l)][first_rank_[p]]);
    }
  }
}

// Each player listens to the class of whoever sends to its representative.
void Folder::senders() {
  const auto listen = [&](std::int32_t lane, std::int32_t to, const Flow& flow) {
    const std::int32_t receiver = classes_.rank[static_cast<std::size_t>(to)];
    if (first_rank_[static_cast<std::size_t>(receiver)] != static_cast<std::size_t>(to)) return;
    play_.sender[play_.at_lane(receiver, lane)] = classes_.rank[static_cast<std::size_t>(flow.src)];
  };
  for (std::int32_t l = 0; l < play_.first_exchange_lane; ++l) {
    for (const std::int32_t index : program_.lanes[static_cast<std::size_t>(l)]) {
      if (index == none) continue;
      const Flow& flow = program_.flows[static_cast<std::size_t>(index)];
      listen(l, flow.dst, flow);
    }
  }
  for (const Listener& one : program_.listeners) {
    listen(one.lane, one.rank, program_.flows[static_cast<std::size_t>(one.flow)]);
  }
}

void Folder::groups() {
  play_.channels = static_cast<std::int32_t>(program_.groups.size());
  play_.group.assign(play_.players.size() * program_.groups.size(), none);
  std::int32_t first = 0;
  for (std::int32_t c = 0; c < play_.channels; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    play_.members.resize(static_cast<std::size_t>(first + classes_.groups[channel]));
    for (std::size_t p = 0; p < play_.players.size(); ++p) {
      const auto& groups = program_.groups[channel];
      if (groups.empty() || groups[first_rank_[p]] == none) continue;
      const auto group = static_cast<std::size_t>(groups[first_rank_[p]]);
      const std::int32_t number = first + classes_.group[channel][group];
      const auto player = static_cast<std::int32_t>(p);
      play_.group[play_.at_channel(player, c)] = number;
      play_.members[static_cast<std::size_t>(number)].push_back(player);
    }
    first += classes_.groups[channel];
  }
}

void Folder::links() {
  play_.link_copies.assign(static_cast<std::size_t>(classes_.links), 0);
  for (std::size_t l = 0; l < program_.links.size(); ++l) {
    if (classes_.link[l] == none) continue;
    play_.link_copies[static_cast<std::size_t>(classes_.link[l])] += program_.links[l].copies;
  }
  for (const std::size_t link : representatives(classes_.link, classes_.links)) {
    play_.links.emplace_back(program_.links[link].bandwidth);
    play_.link.push_back(program_.links[link].id);
  }
}

// Crossings of link classes, shared out over the links of each class.
std::vector<Use> Folder::uses(std::vector<std::int32_t>& crossed, double count) {
  std::sort(crossed.begin(), crossed.end());
  std::vector<Use> uses;
  for (const std::int32_t kind : crossed) {
    if (uses.empty() || uses.back().link != kind) uses.push_back({kind, 0});
    uses.back().weight += count;
  }
  for (Use& use : uses) use.weight /= play_.link_copies[static_cast<std::size_t>(use.link)];
  return uses;
}

void Folder::flows() {
  // Flows of each class one after the other, each class in order of first appearance.
  std::vector<std::int32_t> begin(static_cast<std::size_t>(classes_.flows) + 1, 0);
  for (const std::int32_t kind : classes_.flow) ++begin[static_cast<std::size_t>(kind) + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<std::int32_t> sorted(classes_.flow.size());
  std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t f = 0; f < sorted.size(); ++f) {
    sorted[static_cast<std::size_t>(next[static_cast<std::size_t>(classes_.flow[f])]++)] =
        static_cast<std::int32_t>(f);
  }
  std::vector<std::int32_t> crossed;
  for (std::size_t kind = 0; kind + 1 < begin.size(); ++kind) {
    crossed.clear();
    for (std::int32_t i = begin[kind]; i < begin[kind + 1]; ++i) {
      const Flow& flow =
          program_.flows[static_cast<std::size_t>(sorted[static_cast<std::size_t>(i)])];
      for (std::int32_t at = flow.first_link; at < flow.end_link; ++at) {
        const auto link = static_cast<std::size_t>(program_.path[static_cast<std::size_t>(at)]);
        crossed.push_back(classes_.link[link]);
      }
    }
    const Flow& first =
        program_.flows[static_cast<std::size_t>(sorted[static_cast<std::size_t>(begin[kind])])];
    const double flows = program_.copies * static_cast<double>(begin[kind + 1] - begin[kind]);
    play_.flows.push_back({.uses = uses(crossed, program_.copies * first.weight),
                           .latency = first.latency,
                           .propagation = first.propagation,
                           .overhead = first.overhead,
                           .own_piece = first.own_piece,
                           .leaving = first.leaving,
                           .flows = flows});
  }
}

Play Folder::fold() {
  play_.exact = classes_.exact;
  play_.sending = program_.sending;
  players();
  lanes();
  senders();
  groups();
  links();
  flows();
  play_.labels = program_.labels;
  play_.roles = program_.roles;
  play_.patterns = program_.patterns;
  return std::move(play_);
}

}  // namespace

Play folded(Program program, Folding folding) {
  if (folding == Folding::classes) prune(program);
  return Folder(program, folding).fold();
}

}  // namespace trainyard::program
