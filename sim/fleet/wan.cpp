#include "fleet/wan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "engine/max_min.hpp"

namespace trainyard::fleet {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::vector<std::string> site_names(const World& world) {
  std::vector<std::string> names;
  for (const Site& site : world.sites) names.push_back(site.place.name);
  return names;
}

}  // namespace

Wan::Wan(const World& world)
    : sites_(world.sites.size()),
      up_(world.wan.size(), true),
      routes_(site_names(world), world.wan),
      now_(world.from) {
  for (std::size_t i = 0; i < world.wan.size(); ++i) {
    EXPECT(world.wan[i].bandwidth > world.wan[i].background);
    bandwidth_.push_back(world.wan[i].bandwidth - world.wan[i].background);
    noted_.push_back({world.from, i, BytesPerSecond(0), true});
  }
}

bool Wan::joined(std::size_t from, std::size_t to) const {
  return routes_.joined(from, to);
}

std::size_t Wan::route(std::size_t from, std::size_t to) const {
  EXPECT(from != to && joined(from, to));
  return from * sites_ + to;
}

std::size_t Wan::begin(Instant now, const Transfer& transfer) {
  EXPECT(transfer.size.value() > 0);
  advance(now);
  const std::size_t number = transfers_.size();
  sending_.push_back({.route = route(transfer.from, transfer.to),
                      .ceiling = BytesPerSecond(infinite),
                      .transfer = number,
                      .left = transfer.size});
  transfers_.push_back(transfer);
  transfers_.back().start = now;
  transfers_.back().complete = false;
  share();
  return number;
}

void Wan::set_stream(Instant now, std::size_t job, std::size_t from, std::size_t to,
                     BytesPerSecond wanted) {
  EXPECT(wanted.value() >= 0);
  advance(now);
  if (wanted.value() > 0) {
    streams_[job] = {.route = route(from, to), .ceiling = wanted};
  } else {
    streams_.erase(job);
  }
  share();
}

BytesPerSecond Wan::stream(std::size_t job) const {
  const auto found = streams_.find(job);
  return found == streams_.end() ? BytesPerSecond(0) : found->second.rate;
}

double Wan::open_share(std::size_t job, std::size_t from, std::size_t to) const {
  const std::size_t way = route(from, to);
  const auto own = streams_.find(job);
  std::map<Lane, BytesPerSecond> used;  // by others
  const auto count = [&](const Flow& flow) {
    for (const Lane lane : at(flow.route).lanes) used[lane] += flow.rate;
  };
  for (const Flow& flow : sending_) count(flow);
  for (const auto& [other, flow] : streams_) {
    if (other != job) count(flow);
  }
  double share = 1;
  for (const Lane lane : at(way).lanes) {
    if (!up_[lane / 2]) return 0;
    const BytesPerSecond carries = bandwidth_[lane / 2];
    const BytesPerSecond kept = own == streams_.end() ? BytesPerSecond(0) : own->second.rate;
    share = std::min(share, std::max(carries - used[lane], kept) / carries);
  }
  return share;
}

void Wan::set_link(Instant now, std::size_t link, bool up) {
  advance(now);
  up_[link] = up;
  share();
}

bool Wan::stands(const Flow& flow) const {
  const std::vector<Lane>& lanes = at(flow.route).lanes;
  return std::any_of(lanes.begin(), lanes.end(), [this](Lane lane) { return !up_[lane / 2]; });
}

std::vector<Wan::Flow*> Wan::flows() {
  std::vector<Flow*> flows;
  for (Flow& flow : sending_) flows.push_back(&flow);
  for (auto& [job, flow] : streams_) flows.push_back(&flow);
  return flows;
}

// A ceiling is a link of its flow's own.
void Wan::share() {
  std::vector<BytesPerSecond> capacity;
  for (const BytesPerSecond bandwidth : bandwidth_) capacity.insert(capacity.end(), 2, bandwidth);
  const std::vector<Flow*> all = flows();
  std::vector<std::vector<program::Use>> uses(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Lane lane : at(all[i]->route).lanes) {
      uses[i].push_back({static_cast<std::int32_t>(lane)});
    }
    if (std::isinf(all[i]->ceiling.value())) continue;
    uses[i].push_back({static_cast<std::int32_t>(capacity.size())});
    capacity.push_back(all[i]->ceiling);
  }
  engine::MaxMin sharing(capacity);
  std::vector<std::int32_t> slots(all.size(), -1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!stands(*all[i])) slots[i] = sharing.add(uses[i]);
  }
  sharing.solve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    set_rate(*all[i], slots[i] < 0 ? BytesPerSecond(0) : sharing.rate(slots[i]));
  }
}

// The end stays to the bit where the rate does.
void Wan::set_rate(Flow& flow, BytesPerSecond rate) const {
  if (rate == flow.rate) return;
  flow.rate = rate;
  const bool ends = flow.transfer != none && rate.value() > 0;
  flow.leaves = ends ? now_ + flow.left / rate : never;
}

// What has left no longer takes part in the sharing.
bool Wan::release() {
  return std::erase_if(sending_, [this](const Flow& flow) {
           if (flow.leaves > now_) return false;
           arriving_.push_back({flow.leaves + at(flow.route).latency, flow.transfer});
           return true;
         }) > 0;
}

void Wan::advance(Instant now) {
  EXPECT(now >= now_ && now <= next());
  if (now > now_) note();
  for (Flow& flow : sending_) {
    flow.left = std::max(Bytes(0), flow.left - flow.rate * (now - now_));
  }
  now_ = now;
  while (release()) share();
}

Instant Wan::next() const {
  Instant next = never;
  for (const Flow& flow : sending_) next = std::min(next, flow.leaves);
  for (const Arrival& arrival : arriving_) next = std::min(next, arrival.at);
  return next;
}

std::vector<std::size_t> Wan::end_due(Instant now) {
  advance(now);
  std::vector<std::size_t> ended;
  std::erase_if(arriving_, [&](const Arrival& arrival) {
    if (arrival.at > now) return false;
    ended.push_back(arrival.transfer);
    return true;
  });
  std::sort(ended.begin(), ended.end());
  for (const std::size_t number : ended) {
    transfers_[number].end = now;
    transfers_[number].complete = true;
  }
  return ended;
}

// Compares with what was told last, so that one moment has one change.
void Wan::note() {
  std::vector<BytesPerSecond> used(bandwidth_.size());
  for (const Flow* flow : flows()) {
    for (const Lane lane : at(flow->route).lanes) used[lane / 2] += flow->rate;
  }
  for (LinkChange& last : noted_) {
    const LinkChange present{now_, last.link, used[last.link], up_[last.link]};
    if (present.used == last.used && present.up == last.up) continue;
    changes_.push_back(present);
    last = present;
  }
}

std::vector<LinkChange> Wan::take_changes() {
  note();
  return std::exchange(changes_, {});
}

}  // namespace trainyard::fleet
