#include "fleet/yard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();
// Ten nodes of 1 kW fit 10 kW whatever rounding says. Places once given are kept up to twice that,
// so that rounding never takes one back.
constexpr double hair = 1e-12;

// How many draws fit; none where the limit was met to a rounding error.
std::int64_t whole(Watts room, Watts draw) {
  constexpr double more_than_any_fleet = 1e15;
  return static_cast<std::int64_t>(std::clamp(std::floor(room / draw), 0.0, more_than_any_fleet));
}

}  // namespace

Watts planned_draw(const Site& site, const hardware::Node& node) {
  const Watts draw = site.basis == PowerBasis::rated ? node.power.rated : node.power.measured;
  return draw * site.place.pue;
}

Yard::Yard(const World& world) : world_(world), at_(world.sites.size()) {
  for (std::size_t d = 0; d < world.deliveries.size(); ++d) {
    const Delivery& delivery = world.deliveries[d];
    std::size_t pool = pool_index(delivery.site, delivery.node, delivery.owner);
    if (pool == pools_.size()) pools_.push_back({delivery.site, delivery.node, delivery.owner});
    lots_.push_back({.pool = pool});
    at_[delivery.site].push_back(d);
  }
  for (auto& deliveries : at_) {
    std::stable_sort(deliveries.begin(), deliveries.end(), [&](std::size_t a, std::size_t b) {
      return world.deliveries[a].arrives < world.deliveries[b].arrives;
    });
  }
  for (const Site& site : world.sites) {
    limit_.emplace_back(site.power.empty() ? unlimited : 0);
  }
}

std::size_t Yard::pool_index(std::size_t site, std::size_t node, std::size_t owner) const {
  const auto found = std::find_if(pools_.begin(), pools_.end(), [&](const Pool& pool) {
    return pool.site == site && pool.node == node && pool.owner == owner;
  });
  return static_cast<std::size_t>(found - pools_.begin());
}

void Yard::arrive(std::size_t delivery) {
  lots_[delivery].stored += world_.deliveries[delivery].nodes;
}

void Yard::set_limit(std::size_t site, Watts limit) {
  limit_[site] = limit;
}

Watts Yard::draw(std::size_t lot) const {
  const Delivery& delivery = world_.deliveries[lot];
  return planned_draw(world_.sites[delivery.site], world_.nodes[delivery.node]);
}

Watts Yard::planned(std::size_t site) const {
  Watts sum;
  for (const std::size_t d : at_[site]) {
    sum += draw(d) * static_cast<double>(lots_[d].installing + lots_[d].ready);
  }
  return sum;
}

std::vector<Yard::Begun> Yard::power(std::size_t site, Instant now) {
  take_places(site);
  return give_places(site, now);
}

// Newest first; of a delivery those being installed go back to storage before ready ones go dark.
void Yard::take_places(std::size_t site) {
  for (auto d = at_[site].rbegin(); d != at_[site].rend(); ++d) {
    if (planned(site) <= limit_[site] * (1 + 2 * hair)) return;
    Lot& lot = lots_[*d];
    const Watts excess = planned(site) - limit_[site] * (1 + hair);
    const auto needed = static_cast<std::int64_t>(std::ceil(excess / draw(*d)));
    const std::int64_t stopped = stop_installing(lot, needed);
    const std::int64_t darkened = std::min(needed - stopped, lot.ready);
    lot.ready -= darkened;
    lot.dark += darkened;
    pools_[lot.pool].ready -= darkened;
  }
}

// Up to `nodes`, those begun last first. Returns how many.
std::int64_t Yard::stop_installing(Lot& lot, std::int64_t nodes) {
  std::int64_t stopped = 0;
  for (auto i = lot.installations.rbegin(); i != lot.installations.rend(); ++i) {
    std::int64_t& open = installations_[*i].nodes;
    const std::int64_t cut = std::min(nodes - stopped, open);
    open -= cut;
    stopped += cut;
  }
  lot.installing -= stopped;
  lot.stored += stopped;
  return stopped;
}

// Oldest first; what was installed before power was withdrawn is ready at once.
std::vector<Yard::Begun> Yard::give_places(std::size_t site, Instant now) {
  std::vector<Begun> begun;
  Watts room = limit_[site] * (1 + hair) - planned(site);
  for (const std::size_t d : at_[site]) {
    Lot& lot = lots_[d];
    const std::int64_t back = std::min(lot.dark, whole(room, draw(d)));
    lot.dark -= back;
    lot.ready += back;
    pools_[lot.pool].ready += back;
    room -= draw(d) * static_cast<double>(back);
    const std::int64_t fresh = std::min(lot.stored, whole(room, draw(d)));
    if (fresh == 0) continue;
    lot.stored -= fresh;
    lot.installing += fresh;
    room -= draw(d) * static_cast<double>(fresh);
    begun.push_back({installations_.size(), now + world_.deliveries[d].install});
    lot.installations.push_back(installations_.size());
    installations_.push_back({d, fresh});
  }
  return begun;
}

void Yard::installed(std::size_t installation) {
  const auto [at, nodes] = installations_[installation];
  Lot& lot = lots_[at];
  std::erase(lot.installations, installation);
  lot.installing -= nodes;
  lot.ready += nodes;
  pools_[lot.pool].ready += nodes;
  ENSURE(lot.installing >= 0);
}

PowerChange Yard::power_now(std::size_t site, Instant now) const {
  Watts drawn;
  for (const Pool& pool : pools_) {
    if (pool.site != site) continue;
    const hardware::Node& node = world_.nodes[pool.node];
    const auto ready = static_cast<double>(pool.ready);
    const double working =
        static_cast<double>(pool.working) / static_cast<double>(node.accelerators);
    drawn += node.power.idle * ready + (node.power.measured - node.power.idle) * working;
  }
  return {now, site, limit_[site], planned(site), drawn * world_.sites[site].place.pue};
}

ChipChange Yard::chips_now(std::size_t pool, Instant now) const {
  const Pool& self = pools_[pool];
  const std::int64_t each = world_.nodes[self.node].accelerators;
  ChipChange change{.time = now, .site = self.site, .node = self.node, .owner = self.owner};
  const auto at = [&](ChipState state) -> std::int64_t& {
    return change.chips[static_cast<std::size_t>(state)];
  };
  for (const Lot& lot : lots_) {
    if (lot.pool != pool) continue;
    at(ChipState::in_storage) += lot.stored * each;
    at(ChipState::installing) += lot.installing * each;
    at(ChipState::installed) += lot.dark * each;
  }
  at(ChipState::busy) = self.working;
  at(ChipState::powered) = self.ready * each - self.working;
  return change;
}

}  // namespace trainyard::fleet
