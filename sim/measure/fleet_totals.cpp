#include "measure/fleet_totals.hpp"

#include <limits>

#include "measure/cube.hpp"
#include "measure/spans.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Totals {
  double chip_time = 0;
  double held = 0;  // of it, by jobs
  double ready = 0;
  double busy = 0;
  double kept = 0;
  double wall = 0;
  double ideal = 0;  // chip time
  double queued = 0;
  double submitted = 0;
};

void add_chips(const fleet::World& world, const fleet::History& history, Totals& totals) {
  const auto count = [](const fleet::ChipChange& change, fleet::ChipState state) {
    return static_cast<double>(change.chips[static_cast<std::size_t>(state)]);
  };
  const auto add = [&](const fleet::ChipChange& change, Instant until) {
    const Seconds lasted = std::min(until, world.to) - std::max(change.time, world.from);
    if (lasted <= Seconds(0)) return;
    const double busy = count(change, fleet::ChipState::busy) * lasted.value();
    totals.busy += busy;
    totals.ready += busy + count(change, fleet::ChipState::powered) * lasted.value();
  };
  each_span(
      history.chips, pools(world), world.to,
      [&](const fleet::ChipChange& change) { return pool(world, change); }, add);
}

Totals totals_of(const fleet::World& world, const fleet::History& history,
                 std::span<const JobSums> sums) {
  Totals totals;
  add_chips(world, history, totals);
  for (std::size_t j = 0; j < world.jobs.size(); ++j) {
    const fleet::JobResult& result = history.jobs[j];
    totals.held += sums[j].chip_time;
    totals.kept += sums[j].kept.value();
    totals.ideal += sums[j].ideal_chip_time;
    totals.wall += wall_time(world, result).value();
    if (!was_submitted(world, result)) continue;
    totals.queued += result.queued.value();
    totals.submitted += 1;
  }
  return totals;
}

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : nothing;
}

struct TotalRow {
  const char* name;
  const char* description;
  const char* unit;
  double (*value)(const Totals&);
};

constexpr TotalRow rows[]{
    {"fleet_chip_time", "time of all chips since they arrived", "s",
     [](const Totals& totals) { return totals.chip_time; }},
    {"fleet_utilisation", "busy share of the chip time with power; none where there is none", "1",
     [](const Totals& totals) { return ratio(totals.busy, totals.ready); }},
    {"fleet_held", "share of the chip time that jobs held", "1",
     [](const Totals& totals) { return ratio(totals.held, totals.chip_time); }},
    {"fleet_goodput", "time of all kept work at the dense peak over the chip time", "1",
     [](const Totals& totals) { return ratio(totals.ideal, totals.chip_time); }},
    {"fleet_ettr", "productive over wall time since the first start, summed over all jobs", "1",
     [](const Totals& totals) { return ratio(totals.kept, totals.wall); }},
    {"fleet_mean_queued", "mean time that jobs waited for chips; none: there were no jobs", "s",
     [](const Totals& totals) { return ratio(totals.queued, totals.submitted); }},
};

}  // namespace

void add_fleet_totals(const Fleets& fleets, std::span<const std::vector<Waste>> wastes,
                      Dataset& dataset) {
  std::vector<Totals> all;
  for (std::size_t v = 0; v < fleets.worlds.size(); ++v) {
    all.push_back(totals_of(fleets.worlds[v], fleets.histories[v], fleets.sums[v]));
    for (const Waste& place : wastes[v]) {
      for (const double time : place) all[v].chip_time += time;
    }
  }
  for (const TotalRow& row : rows) {
    Cube cube({row.name, row.description, row.unit}, {{"variant", all.size()}});
    for (std::size_t v = 0; v < all.size(); ++v) cube.at({v}) = row.value(all[v]);
    dataset.variables.push_back(std::move(cube).variable());
  }
}

}  // namespace trainyard::measure
