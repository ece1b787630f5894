#include "fleet/yard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// How many draws fit; a hair of tolerance, so that ten nodes of 1 kW fit 10 kW.
std::int64_t whole(Watts room, Watts draw) {
  if (room.value() == unlimited) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::floor(room / draw * (1 + 1e-12)));
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

std::vector<Yard::Installation> Yard::power(std::size_t site, Instant now) {
  const Watts used = planned(site);
  if (used > limit_[site] * (1 + 1e-12)) {
    take_places(site, used - limit_[site]);
    return {};
  }
  return give_places(site, limit_[site] - used, now);
}

// Newest first; of a delivery those being installed go back to storage before ready ones go dark.
void Yard::take_places(std::size_t site, Watts excess) {
  for (auto d = at_[site].rbegin(); d != at_[site].rend() && excess > Watts(0); ++d) {
    Lot& lot = lots_[*d];
    const auto needed = static_cast<std::int64_t>(std::ceil(excess / draw(*d) * (1 - 1e-12)));
    const std::int64_t stopped = std::min(needed, lot.installing);
    lot.installing -= stopped;
    lot.withdrawn += stopped;
    lot.stored += stopped;
    const std::int64_t darkened = std::min(needed - stopped, lot.ready);
    lot.ready -= darkened;
    lot.dark += darkened;
    pools_[lot.pool].ready -= darkened;
    excess -= draw(*d) * static_cast<double>(stopped + darkened);
  }
}

// Oldest first; what was installed before power was withdrawn is ready at once.
std::vector<Yard::Installation> Yard::give_places(std::size_t site, Watts room, Instant now) {
  std::vector<Installation> begun;
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
    begun.push_back({d, fresh, now + world_.deliveries[d].install});
  }
  return begun;
}

void Yard::installed(const Installation& installation) {
  Lot& lot = lots_[installation.delivery];
  const std::int64_t cut = std::min(lot.withdrawn, installation.nodes);
  lot.withdrawn -= cut;
  const std::int64_t done = installation.nodes - cut;
  lot.installing -= done;
  lot.ready += done;
  pools_[lot.pool].ready += done;
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
