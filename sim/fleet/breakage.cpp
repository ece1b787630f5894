#include "fleet/breakage.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.hpp"
#include "fleet/streams.hpp"

namespace trainyard::fleet {
namespace {

// Draws of one event.
enum Draw : std::uint64_t { of_cause, of_node, of_detection, of_repair };

}  // namespace

Breakage::Breakage(Scene& scene, Runs& runs)
    : scene_(scene),
      runs_(runs),
      of_lot_(scene.yard.lots()),
      of_site_(scene.world.sites.size()),
      crews_busy_(scene.world.sites.size()),
      waiting_(scene.world.sites.size()) {
  if (!scene.world.failures.empty()) add_sources();
}

void Breakage::add_sources() {
  const World& world = scene_.world;
  std::vector<std::size_t> steady;
  std::vector<std::size_t> ageing;
  std::vector<std::size_t> of_sites;
  for (std::size_t c = 0; c < world.failures.causes.size(); ++c) {
    const Cause& cause = world.failures.causes[c];
    (cause.per == Scope::site ? of_sites : cause.shape == 1 ? steady : ageing).push_back(c);
  }
  const auto add = [&](std::size_t lot, std::size_t site, std::string_view name,
                       std::vector<std::size_t> causes, PerSecond rate, double shape) {
    (lot == none ? of_site_[site] : of_lot_[lot]).push_back(sources_.size());
    sources_.push_back({Hazard(rate, shape, world.seed, stream("failure", name, causes.front())),
                        lot, site, std::move(causes)});
  };
  for (std::size_t lot = 0; lot < scene_.yard.lots(); ++lot) {
    const std::string& name = lot < world.deliveries.size()
                                  ? world.deliveries[lot].name
                                  : world.moves[lot - world.deliveries.size()].name;
    // Units of a merged source are failures a second.
    if (!steady.empty()) add(lot, none, name, steady, PerSecond(1), 1);
    for (const std::size_t c : ageing) {
      const Cause& cause = world.failures.causes[c];
      add(lot, none, name, {c}, cause.rate, cause.shape);
    }
  }
  for (std::size_t site = 0; site < world.sites.size(); ++site) {
    if (!of_sites.empty()) {
      add(none, site, world.sites[site].place.name, of_sites, PerSecond(1), 1);
    }
  }
}

double Breakage::units_of(const Cause& cause, std::size_t lot) const {
  const auto nodes = static_cast<double>(scene_.yard.count(lot, ChipState::powered));
  const hardware::Node& kind =
      scene_.world.nodes[scene_.yard.pools()[scene_.yard.pool_of(lot)].node];
  switch (cause.per) {
    case Scope::accelerator:
      return nodes * static_cast<double>(kind.accelerators);
    case Scope::node:
      return nodes;
    case Scope::rack:
      return nodes / static_cast<double>(scene_.world.failures.rack_nodes);
    case Scope::leaf:
      return kind.scale_out.nodes_per_leaf > 0
                 ? nodes / static_cast<double>(kind.scale_out.nodes_per_leaf)
                 : 0;
    case Scope::site:
      return 0;
  }
  return 0;
}

double Breakage::units(const Source& source) const {
  const std::vector<Cause>& causes = scene_.world.failures.causes;
  if (source.lot == none) {
    const auto powered = [&](const Pool& pool) {
      return pool.site == source.site && !pool.ready.empty();
    };
    const std::vector<Pool>& pools = scene_.yard.pools();
    if (std::none_of(pools.begin(), pools.end(), powered)) return 0;
    double sum = 0;
    for (const std::size_t c : source.causes) sum += causes[c].rate.value();
    return sum;
  }
  const Cause& first = causes[source.causes.front()];
  if (first.shape != 1) return units_of(first, source.lot);
  double sum = 0;
  for (const std::size_t c : source.causes) {
    sum += causes[c].rate.value() * units_of(causes[c], source.lot);
  }
  return sum;
}

void Breakage::expose(Source& source, double units) {
  if (source.units != units) source.hazard.expose(scene_.now, units);
  source.units = units;
  const Instant next = source.hazard.next();
  if (next == source.planned) return;
  source.planned = next;
  const auto index = static_cast<std::size_t>(&source - sources_.data());
  if (next != never) scene_.plan(next, Kind::breakdown, index);
}

void Breakage::expose() {
  for (const std::size_t lot : scene_.yard.take_changed()) {
    for (const std::size_t s : of_lot_[lot]) expose(sources_[s], units(sources_[s]));
    const std::size_t site = scene_.yard.pools()[scene_.yard.pool_of(lot)].site;
    for (const std::size_t s : of_site_[site]) expose(sources_[s], units(sources_[s]));
  }
}

std::size_t Breakage::pick_cause(const Source& source) const {
  if (source.causes.size() == 1) return source.causes.front();
  double left = source.hazard.draw(of_cause) * source.units;
  for (const std::size_t c : source.causes) {
    const Cause& cause = scene_.world.failures.causes[c];
    left -= cause.rate.value() * (source.lot == none ? 1 : units_of(cause, source.lot));
    if (left < 0) return c;
  }
  return source.causes.back();
}

// The ready ones of some nodes in a row.
std::vector<Breakage::Node> Breakage::all_of(std::size_t pool, std::int64_t first,
                                             std::int64_t count, std::size_t lot) const {
  std::vector<Node> nodes;
  for (std::int64_t number = first; number < first + count; ++number) {
    if (scene_.yard.pools()[pool].ready.contains(number)) nodes.push_back({pool, number, lot});
  }
  return nodes;
}

std::vector<Breakage::Node> Breakage::hit(const Source& source, const Cause& cause) const {
  const std::vector<Pool>& pools = scene_.yard.pools();
  std::vector<Node> nodes;
  if (source.lot == none) {
    for (std::size_t p = 0; p < pools.size(); ++p) {
      if (pools[p].site != source.site) continue;
      for (const auto& [first, end] : pools[p].ready.by_first()) {
        const auto some = all_of(p, first, end - first, none);
        nodes.insert(nodes.end(), some.begin(), some.end());
      }
    }
    return nodes;
  }
  const std::size_t p = scene_.yard.pool_of(source.lot);
  const scheduling::Intervals& ready = pools[p].ready;
  auto nth =
      static_cast<std::int64_t>(source.hazard.draw(of_node) * static_cast<double>(ready.size()));
  nth = std::min(nth, ready.size() - 1);
  auto run = ready.by_first().begin();
  for (; nth >= run->second - run->first; ++run) nth -= run->second - run->first;
  const std::int64_t number = run->first + nth;
  const std::int64_t together = cause.per == Scope::rack ? scene_.world.failures.rack_nodes
                                : cause.per == Scope::leaf
                                    ? scene_.world.nodes[pools[p].node].scale_out.nodes_per_leaf
                                    : 1;
  return all_of(p, number / together * together, together, source.lot);
}

void Breakage::count(const Source& source, std::size_t cause, std::size_t job, std::int64_t nodes) {
  std::size_t site = source.site;
  std::size_t node = none;
  if (source.lot != none) {
    const Pool& pool = scene_.yard.pools()[scene_.yard.pool_of(source.lot)];
    site = pool.site;
    node = pool.node;
  }
  scene_.history.breakdowns.push_back({scene_.now, cause, site, node, job, nodes});
}

void Breakage::breakdown(std::size_t index) {
  // Where the powered chips have changed since, the event came from what is no longer so.
  if (sources_[index].hazard.next() != scene_.now || sources_[index].units <= 0) return;
  const Source& source = sources_[index];
  const std::size_t c = pick_cause(source);
  const Cause& cause = scene_.world.failures.causes[c];
  const std::vector<Node> nodes = hit(source, cause);
  // Nodes by the job that holds them; a node that small jobs share stands under each.
  std::map<std::size_t, std::vector<Node>> by_job;
  std::vector<Node> idle;
  for (const Node& node : nodes) {
    const std::vector<std::size_t> holders = runs_.holders(node.pool, node.number);
    for (const std::size_t job : holders) by_job[job].push_back(node);
    if (holders.empty()) idle.push_back(node);
  }
  if (by_job.empty()) count(source, c, none, static_cast<std::int64_t>(idle.size()));
  const double repair = source.hazard.draw(of_repair);
  if (cause.takes_nodes && cause.effect != Cause::Effect::silent) {
    for (const Node& node : idle) runs_.take_spare(node.pool, node.number);
    send_to_repair(idle, c, repair);
  }
  for (auto& [job, hit_nodes] : by_job) strike(source, c, job, std::move(hit_nodes));
  sources_[index].hazard.happened();
  sources_[index].planned = never;
  expose(sources_[index], units(sources_[index]));
}

void Breakage::strike(const Source& source, std::size_t c, std::size_t job,
                      std::vector<Node> nodes) {
  const Cause& cause = scene_.world.failures.causes[c];
  count(source, c, job, static_cast<std::int64_t>(nodes.size()));
  Incident incident{.cause = c, .job = job, .repair = source.hazard.draw(of_repair)};
  if (cause.takes_nodes) incident.nodes = std::move(nodes);
  const bool hangs = runs_.at(job).phase == Run::Phase::hung;
  switch (cause.effect) {
    case Cause::Effect::planned:
      if (hangs) return;  // nobody maintains what is about to be restarted
      runs_.save(job);
      recover(incident, Ending::maintenance);
      return;
    case Cause::Effect::crash:
      runs_.hang(job);
      ++scene_.history.jobs[job].interruptions;
      break;
    case Cause::Effect::silent:
      runs_.sync(job);
      incident.sound = runs_.at(job).progress.saved();
      break;
    case Cause::Effect::straggler:
      if (hangs) return;  // and nobody is slower than standing still
      runs_.slow(job, cause.slow);
      break;
  }
  const Seconds until(cause.detect.quantile(source.hazard.draw(of_detection)));
  scene_.plan(scene_.now + until, Kind::noticed, incidents_.size());
  incidents_.push_back(std::move(incident));
}

void Breakage::noticed(std::size_t index) {
  Incident& incident = incidents_[index];
  const Cause& cause = scene_.world.failures.causes[incident.cause];
  const Run::Phase phase = runs_.at(incident.job).phase;
  switch (cause.effect) {
    case Cause::Effect::silent:
      if (phase != Run::Phase::over) ++scene_.history.jobs[incident.job].interruptions;
      runs_.spoil(incident.job, incident.sound, incident.cause);
      break;
    case Cause::Effect::straggler:
      if (phase == Run::Phase::running) {
        runs_.save(incident.job);
        recover(incident, Ending::failure);
      }
      break;
    default:
      // Another failure of the same moment may have been noticed first, and the job runs again.
      if (phase == Run::Phase::hung) {
        recover(incident, Ending::failure);
      } else {
        send_to_repair(incident.nodes, incident.cause, incident.repair);
      }
  }
}

// Nodes that the job does not hold any more are with others, or idle.
void Breakage::recover(Incident& incident, Ending ending) {
  Run& run = runs_.at(incident.job);
  for (const Node& node : incident.nodes) {
    for (const Held& held : run.gang) {
      const scheduling::Piece& piece = held.piece;
      if (held.pool == node.pool && piece.first <= node.number &&
          node.number < piece.first + piece.nodes) {
        run.broken.push_back({node.pool, {node.number, 1, piece.each}});
      }
    }
  }
  runs_.recover(incident.job, ending, incident.cause);
  send_to_repair(incident.nodes, incident.cause, incident.repair);
}

void Breakage::send_to_repair(const std::vector<Node>& nodes, std::size_t cause, double draw) {
  const Seconds takes(scene_.world.failures.causes[cause].repair.quantile(draw));
  for (Node node : nodes) {
    const Pool& pool = scene_.yard.pools()[node.pool];
    // Taken by another job in the same moment, or dark: it is found when that one meets it.
    const scheduling::Intervals& whole = pool.idle.with(pool.idle.each());
    if (!pool.ready.contains(node.number) || !whole.contains(node.number)) continue;
    node.lot = scene_.yard.fail(node.pool, node.lot, node.number);
    waiting_[pool.site].push_back(repairs_.size());
    repairs_.push_back({node, takes});
  }
  for (std::size_t site = 0; site < waiting_.size(); ++site) begin_repair(site);
}

void Breakage::begin_repair(std::size_t site) {
  const std::int64_t crews = scene_.world.failures.crews;
  while (!waiting_[site].empty() && (crews == 0 || crews_busy_[site] < crews)) {
    const std::size_t next = waiting_[site].front();
    waiting_[site].pop_front();
    ++crews_busy_[site];
    scene_.plan(scene_.now + repairs_[next].takes, Kind::repaired, next);
  }
}

void Breakage::repaired(std::size_t index) {
  const Node& node = repairs_[index].node;
  scene_.yard.repaired(node.lot, node.number);
  const std::size_t site = scene_.yard.pools()[node.pool].site;
  --crews_busy_[site];
  begin_repair(site);
}

}  // namespace trainyard::fleet
