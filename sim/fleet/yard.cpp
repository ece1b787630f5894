#include "fleet/yard.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "base/check.hpp"
#include "fleet/streams.hpp"

namespace trainyard::fleet {
namespace {

using enum ChipState;

constexpr double unlimited = std::numeric_limits<double>::infinity();
// Ten nodes of 1 kW fit 10 kW whatever rounding says. Places once given are kept up to twice that,
// so that rounding never takes one back.
constexpr double hair = 1e-12;

// How many draws fit; none where the limit was met to a rounding error.
std::int64_t whole(Watts room, Watts draw) {
  constexpr double more_than_any_fleet = 1e15;
  return static_cast<std::int64_t>(std::clamp(std::floor(room / draw), 0.0, more_than_any_fleet));
}

std::size_t at(ChipState state) {
  return static_cast<std::size_t>(state);
}

}  // namespace

Watts planned_draw(const Site& site, const hardware::Node& node, double clock) {
  const hardware::NodePower power = clock == 1 ? node.power : at_clock(node.power, clock);
  return (site.basis == PowerBasis::rated ? power.rated : power.measured) * site.place.pue;
}

Instant arrival(const World& world, const Delivery& delivery) {
  const double draw = uniform(world.seed, stream("slip", delivery.name), 0);
  return delivery.arrives + Seconds(delivery.slip.quantile(draw));
}

Seconds installation(const World& world, const Delivery& delivery) {
  const double draw = uniform(world.seed, stream("install", delivery.name), 0);
  return delivery.install + Seconds(delivery.install_slip.quantile(draw));
}

Yard::Yard(const World& world)
    : world_(world), at_(world.sites.size()), pools_at_(world.sites.size()) {
  std::vector<Instant> arrivals;
  for (const Delivery& delivery : world.deliveries) {
    lots_.push_back({.pool = pool_for(delivery.site, delivery.node, delivery.owner),
                     .install = installation(world, delivery)});
    at_[delivery.site].push_back(arrivals.size());
    arrivals.push_back(arrival(world, delivery));
  }
  for (const Move& move : world.moves) {
    const Delivery& from = world.deliveries[move.delivery];
    lots_.push_back({.pool = pool_for(move.site, from.node, move.owner), .install = move.install});
    at_[move.site].push_back(arrivals.size());
    arrivals.push_back(move.at + move.transit);
  }
  for (auto& lots : at_) {
    std::stable_sort(lots.begin(), lots.end(),
                     [&](std::size_t a, std::size_t b) { return arrivals[a] < arrivals[b]; });
  }
  limit_.assign(world.sites.size(), Watts(unlimited));
  clock_.assign(world.sites.size(), 1);
}

std::size_t Yard::pool_for(std::size_t site, std::size_t node, std::size_t owner) {
  for (const std::size_t pool : pools_at_[site]) {
    if (pools_[pool].node == node && pools_[pool].owner == owner) return pool;
  }
  pools_at_[site].push_back(pools_.size());
  pools_.emplace_back(site, node, owner, world_.nodes[node].accelerators);
  unused_.emplace_back();
  numbers_.push_back(0);
  by_state_.emplace_back();
  return pools_.size() - 1;
}

void Yard::enter(std::size_t lot, ChipState state, std::int64_t nodes) {
  lots_[lot].nodes[at(state)] += nodes;
  by_state_[lots_[lot].pool][at(state)] += nodes;
  pools_[lots_[lot].pool].changed = true;
  if (state != powered || nodes == 0) return;
  changed_.push_back(lot);
  if (nodes > 0) grown_ = true;
}

std::vector<std::size_t> Yard::take_changed() {
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  return std::exchange(changed_, {});
}

void Yard::leave(std::size_t lot, ChipState state, std::int64_t nodes) {
  EXPECT(lots_[lot].nodes[at(state)] >= nodes);
  enter(lot, state, -nodes);
}

void Yard::shift(std::size_t lot, ChipState from, ChipState to, std::int64_t nodes) {
  leave(lot, from, nodes);
  enter(lot, to, nodes);
}

void Yard::order(std::size_t delivery) {
  enter(delivery, ordered, world_.deliveries[delivery].nodes);
}

void Yard::ship(std::size_t delivery) {
  if (count(delivery, ordered) == 0) order(delivery);
  shift(delivery, ordered, shipping, world_.deliveries[delivery].nodes);
}

void Yard::arrive(std::size_t lot) {
  if (lot < world_.deliveries.size() && count(lot, shipping) == 0) ship(lot);
  lots_[lot].arrived = true;
  shift(lot, shipping, in_storage, count(lot, shipping));
}

Yard::Leaving Yard::leaving(std::size_t lot, std::int64_t nodes) const {
  Leaving sum;
  const auto take = [&](std::int64_t& out, ChipState state) {
    out = std::min(nodes, count(lot, state));
    nodes -= out;
  };
  take(sum.stored, in_storage);
  take(sum.dark, ChipState::installed);
  take(sum.installing, installing);
  take(sum.ready, powered);
  return sum;
}

void Yard::take_out(std::size_t lot, const Leaving& leaving) {
  stop_installing(lots_[lot], leaving.installing);
  shift(lot, installing, in_storage, leaving.installing);
  leave(lot, in_storage, leaving.stored + leaving.installing);
  leave(lot, ChipState::installed, leaving.dark);
  leave(lot, powered, leaving.ready);
  remove_ready(lots_[lot].pool, leaving.ready);
}

// Within a site only the owner changes: what was installed stays so.
void Yard::move(std::size_t move, const Leaving& leaving) {
  const Move& self = world_.moves[move];
  const std::size_t lot = world_.deliveries.size() + move;
  take_out(self.delivery, leaving);
  if (self.site == world_.deliveries[self.delivery].site && self.install == Seconds(0)) {
    lots_[lot].arrived = true;
    enter(lot, in_storage, leaving.stored + leaving.installing);
    enter(lot, ChipState::installed, leaving.dark);
    enter(lot, powered, leaving.ready);
    add_ready(lots_[lot].pool, leaving.ready);
  } else {
    enter(lot, shipping, leaving.stored + leaving.installing + leaving.dark + leaving.ready);
  }
}

void Yard::retire(std::size_t lot, const Leaving& leaving) {
  take_out(lot, leaving);
  enter(lot, retired, leaving.stored + leaving.installing + leaving.dark + leaving.ready);
}

void Yard::set_limit(std::size_t site, Watts limit) {
  limit_[site] = limit;
}

Watts Yard::draw(std::size_t lot, double clock) const {
  const Pool& pool = pools_[lots_[lot].pool];
  return planned_draw(world_.sites[pool.site], world_.nodes[pool.node], clock);
}

double Yard::floor_clock(std::size_t site) const {
  return world_.sites[site].shortage == Shortage::slow ? world_.sites[site].slowest : 1;
}

// Nodes in repair keep their place.
Watts Yard::planned(std::size_t site, double clock) const {
  Watts sum;
  for (const std::size_t p : pools_at_[site]) {
    const auto& nodes = by_state_[p];
    const std::int64_t placed = nodes[at(installing)] + nodes[at(powered)] + nodes[at(failed)];
    sum += planned_draw(world_.sites[site], world_.nodes[pools_[p].node], clock) *
           static_cast<double>(placed);
  }
  return sum;
}

// Newest first; of a lot those being installed go back to storage before ready ones go dark.
std::vector<Yard::Excess> Yard::excess(std::size_t site) {
  std::vector<Excess> ready;
  const double clock = floor_clock(site);
  Watts over = planned(site, clock) - limit_[site] * (1 + hair);
  const Watts tolerance = limit_[site] * hair;
  for (auto lot = at_[site].rbegin(); lot != at_[site].rend(); ++lot) {
    if (std::isinf(limit_[site].value()) || over <= tolerance) break;
    const Watts each = draw(*lot, clock);
    const auto needed = static_cast<std::int64_t>(std::ceil(over / each));
    const std::int64_t stopped = stop_installing(lots_[*lot], needed);
    shift(*lot, installing, in_storage, stopped);
    const std::int64_t darkened = std::min(needed - stopped, count(*lot, powered));
    if (darkened > 0) ready.push_back({*lot, darkened});
    over -= each * static_cast<double>(stopped + darkened);
  }
  return ready;
}

void Yard::darken(const Excess& excess) {
  shift(excess.lot, powered, ChipState::installed, excess.nodes);
  remove_ready(lots_[excess.lot].pool, excess.nodes);
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
  return stopped;
}

// Oldest first; what was installed before power was withdrawn is ready at once.
std::vector<Yard::Begun> Yard::supply(std::size_t site, Instant now) {
  std::vector<Begun> begun;
  const double clock = floor_clock(site);
  Watts room = limit_[site] * (1 + hair) - planned(site, clock);
  for (const std::size_t lot : at_[site]) {
    const std::int64_t dark = count(lot, ChipState::installed);
    const std::int64_t stored = count(lot, in_storage);
    if (dark + stored == 0) continue;
    const Watts each = draw(lot, clock);
    const std::int64_t back = std::min(dark, whole(room, each));
    shift(lot, ChipState::installed, powered, back);
    add_ready(lots_[lot].pool, back);
    room -= each * static_cast<double>(back);
    const std::int64_t fresh = std::min(stored, whole(room, each));
    if (fresh == 0) continue;
    shift(lot, in_storage, installing, fresh);
    room -= each * static_cast<double>(fresh);
    begun.push_back({installations_.size(), now + lots_[lot].install});
    lots_[lot].installations.push_back(installations_.size());
    installations_.push_back({lot, fresh});
  }
  return begun;
}

void Yard::installed(std::size_t installation) {
  const auto [lot, nodes] = installations_[installation];
  std::erase(lots_[lot].installations, installation);
  shift(lot, installing, powered, nodes);
  add_ready(lots_[lot].pool, nodes);
}

// The largest that keeps what is planned within the limit, to 2^-40.
bool Yard::settle_clock(std::size_t site) {
  double clock = 1;
  if (world_.sites[site].shortage == Shortage::slow && limit_[site] > Watts(0) &&
      planned(site, 1) > limit_[site] * (1 + 2 * hair)) {
    double low = floor_clock(site);
    double high = 1;
    for (int i = 0; i < 40; ++i) {
      const double middle = (low + high) / 2;
      (planned(site, middle) > limit_[site] ? high : low) = middle;
    }
    clock = low;
  }
  const bool changed = clock != clock_[site];
  clock_[site] = clock;
  return changed;
}

// The lowest numbers that no node has, new ones where those do not suffice.
void Yard::add_ready(std::size_t pool, std::int64_t nodes) {
  Pool& self = pools_[pool];
  scheduling::Intervals& unused = unused_[pool];
  if (unused.size() < nodes) {
    const std::int64_t fresh = nodes - unused.size();
    unused.add(numbers_[pool], fresh);
    numbers_[pool] += fresh;
  }
  while (nodes > 0) {
    const auto [first, end] = *unused.by_first().begin();
    const std::int64_t taken = std::min(nodes, end - first);
    unused.remove(first, taken);
    self.ready.add(first, taken);
    self.idle.add(first, taken);
    nodes -= taken;
  }
}

// Idle nodes with the highest numbers.
void Yard::remove_ready(std::size_t pool, std::int64_t nodes) {
  Pool& self = pools_[pool];
  EXPECT(self.idle.whole() >= nodes);
  while (nodes > 0) {
    const auto [first, end] = *std::prev(self.idle.with(self.idle.each()).by_first().end());
    const std::int64_t taken = std::min(nodes, end - first);
    self.idle.remove(end - taken, taken);
    self.ready.remove(end - taken, taken);
    unused_[pool].add(end - taken, taken);
    nodes -= taken;
  }
}

std::size_t Yard::fail(std::size_t pool, std::size_t lot, std::int64_t number) {
  if (lot >= lots_.size() || lots_[lot].pool != pool || count(lot, powered) == 0) {
    for (lot = 0; lots_[lot].pool != pool || count(lot, powered) == 0;) ++lot;
  }
  shift(lot, powered, failed, 1);
  pools_[pool].ready.remove(number, 1);
  pools_[pool].idle.remove(number, 1);
  return lot;
}

void Yard::repaired(std::size_t lot, std::int64_t number) {
  shift(lot, failed, powered, 1);
  Pool& pool = pools_[lots_[lot].pool];
  pool.ready.add(number, 1);
  pool.idle.add(number, 1);
}

PowerChange Yard::power_now(std::size_t site, Instant now) const {
  Watts drawn;
  for (const std::size_t p : pools_at_[site]) {
    const Pool& pool = pools_[p];
    const hardware::Node& node = world_.nodes[pool.node];
    const hardware::NodePower power =
        clock_[site] == 1 ? node.power : at_clock(node.power, clock_[site]);
    const double working =
        static_cast<double>(pool.working) / static_cast<double>(node.accelerators);
    drawn += power.idle * static_cast<double>(pool.ready.size()) +
             (power.measured - power.idle) * working;
  }
  return {now,
          site,
          limit_[site],
          planned(site, clock_[site]),
          drawn * world_.sites[site].place.pue,
          clock_[site]};
}

ChipChange Yard::chips_now(std::size_t pool, Instant now) const {
  const Pool& self = pools_[pool];
  const std::int64_t each = world_.nodes[self.node].accelerators;
  ChipChange change{.time = now, .site = self.site, .node = self.node, .owner = self.owner};
  for (std::size_t state = 0; state < chip_states; ++state) {
    change.chips[state] = by_state_[pool][state] * each;
  }
  change.chips[at(busy)] = self.working;
  change.chips[at(powered)] -= self.working;
  return change;
}

}  // namespace trainyard::fleet
