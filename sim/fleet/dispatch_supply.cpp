// What changes chips and power, whoever works on them.
#include <algorithm>

#include "base/check.hpp"
#include "fleet/dispatch.hpp"
#include "fleet/power.hpp"

namespace trainyard::fleet {

// What lies before the horizon has happened when it begins.
void Dispatch::plan_supply(engine::Timeline& timeline) {
  const World& world = scene_.world;
  const auto add = [&](Instant time, Kind kind, std::size_t id) {
    if (time <= world.to) {
      timeline.add({std::max(world.from, time), kind, static_cast<std::int64_t>(id)});
    }
  };
  for (std::size_t site = 0; site < world.sites.size(); ++site) {
    for (const Instant moment : limit_changes(world.sites[site], world.from, world.to)) {
      add(moment, Kind::limit, site);
    }
  }
  for (std::size_t d = 0; d < world.deliveries.size(); ++d) {
    const Delivery& delivery = world.deliveries[d];
    const Instant arrives = arrival(world, delivery);
    if (delivery.ordered) add(*delivery.ordered, Kind::order, d);
    if (delivery.shipping > Seconds(0)) add(arrives + delivery.shipping * -1, Kind::ship, d);
    add(arrives, Kind::arrive, d);
    if (delivery.retires) add(*delivery.retires, Kind::retire, d);
  }
  for (std::size_t m = 0; m < world.moves.size(); ++m) {
    const Instant arrived = arrival(world, world.deliveries[world.moves[m].delivery]);
    add(std::max(world.moves[m].at, arrived), Kind::move, m);
  }
  for (std::size_t o = 0; o < world.wan_outages.size(); ++o) {
    const Outage& outage = world.wan_outages[o].outage;
    add(outage.from, Kind::link_change, 2 * o);
    add(outage.from + outage.lasts, Kind::link_change, 2 * o + 1);
  }
}

void Dispatch::plan(engine::Timeline& timeline) {
  plan_supply(timeline);
  for (std::size_t j = 0; j < scene_.world.jobs.size(); ++j) {
    timeline.add({std::max(scene_.world.from, scene_.world.jobs[j].from), Kind::job_start,
                  static_cast<std::int64_t>(j)});
  }
}

void Dispatch::change_supply(Kind kind, std::size_t index) {
  switch (kind) {
    case Kind::limit:
      scene_.yard.set_limit(index,
                            limit_at(scene_.world.sites[index], scene_.now, tripped_[index]));
      limits_changed_.insert(index);
      break;
    case Kind::order:
      scene_.yard.order(index);
      break;
    case Kind::ship:
      scene_.yard.ship(index);
      break;
    case Kind::arrive:
      scene_.yard.arrive(index);
      break;
    case Kind::move:
      move(index);
      break;
    case Kind::retire: {
      const auto leaving = scene_.yard.leaving(index, scene_.world.deliveries[index].nodes);
      runs_.make_room(scene_.yard.pool_of(index), leaving.ready, Ending::moved);
      scene_.yard.retire(index, leaving);
      break;
    }
    case Kind::installation_end:
      scene_.yard.installed(index);
      wanted_ = true;
      break;
    case Kind::link_change:
      wan_.set_link(scene_.now, scene_.world.wan_outages[index / 2].link, index % 2 == 1);
      break;
    default:
      ENSURE(false);
  }
}

void Dispatch::move(std::size_t index) {
  const Move& self = scene_.world.moves[index];
  const auto leaving = scene_.yard.leaving(self.delivery, self.nodes);
  runs_.make_room(scene_.yard.pool_of(self.delivery), leaving.ready, Ending::moved);
  scene_.yard.move(index, leaving);
  const std::size_t lot = scene_.world.deliveries.size() + index;
  if (!scene_.yard.arrived(lot)) scene_.plan(scene_.now + self.transit, Kind::arrive, lot);
  wanted_ = true;
}

// Only where chips or limits changed can there be something to do.
void Dispatch::supply_power() {
  std::set<std::size_t> sites = limits_changed_;
  for (const Pool& pool : scene_.yard.pools()) {
    if (pool.changed) sites.insert(pool.site);
  }
  for (const std::size_t site : sites) {
    for (Yard::Excess excess : scene_.yard.excess(site)) {
      const std::size_t pool = scene_.yard.pool_of(excess.lot);
      runs_.make_room(pool, excess.nodes, Ending::power);
      excess.nodes = std::min(excess.nodes, scene_.yard.pools()[pool].idle.whole());
      scene_.yard.darken(excess);
    }
    for (const Yard::Begun& begun : scene_.yard.supply(site, scene_.now)) {
      scene_.plan(begun.ends, Kind::installation_end, begun.installation);
    }
    if (scene_.yard.settle_clock(site)) runs_.new_clock(site);
  }
}

// A substation opens on what is really drawn; the site is dark in the same moment, and the record
// shows the draw that did it.
void Dispatch::watch_substations() {
  for (std::size_t site = 0; site < tripped_.size(); ++site) {
    const auto& trip = scene_.world.sites[site].trip;
    if (!trip || tripped_[site] || last_power_[site].drawn <= trip->above) continue;
    tripped_[site] = scene_.now;
    scene_.plan(scene_.now, Kind::limit, site);
    scene_.plan(scene_.now + trip->lasts, Kind::limit, site);
  }
}

}  // namespace trainyard::fleet
