#include "measure/cube.hpp"
#include "measure/over_time.hpp"

namespace trainyard::measure {
namespace {

// Calls visit(change, until) for every change, `until` being the next change of the same site.
template <class Visit>
void each_span(const fleet::World& world, const fleet::History& history, Visit visit) {
  std::vector<const fleet::PowerChange*> open(world.sites.size(), nullptr);
  for (const fleet::PowerChange& change : history.power) {
    const fleet::PowerChange*& last = open[change.site];
    if (last != nullptr) visit(*last, change.time);
    last = &change;
  }
  for (const fleet::PowerChange* last : open) {
    if (last != nullptr) visit(*last, world.to);
  }
}

}  // namespace

void add_power(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset) {
  const std::vector<Axis> axes{
      {"variant", worlds.size()}, {"time", bins.size()}, {"site", names.sites.size()}};
  Cube drawn({"power", "facility power drawn, cooling included, mean over the bin", "W"}, axes);
  Cube planned({"power_planned", "facility power counted under the limit, mean over the bin", "W"},
               axes);
  Cube limit(
      {"power_limit", "facility power available, mean over the bin; infinite: no limit", "W"},
      axes);
  Cube energy({"energy", "facility energy used in the bin", "J"}, axes);
  Cube cost({"energy_cost", "price of the energy used in the bin", "USD"}, axes);
  Cube carbon({"carbon", "CO2 of the energy used in the bin, grid average", "kg"}, axes);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    each_span(world, histories[v], [&](const fleet::PowerChange& change, Instant until) {
      const hardware::Site& place = world.sites[change.site].place;
      const std::size_t s = names.sites.index(place.name);
      bins.each(change.time, until, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        const Joules used = change.drawn * overlap;
        drawn.at({v, bin, s}) += change.drawn.value() * part;
        planned.at({v, bin, s}) += change.planned.value() * part;
        limit.at({v, bin, s}) += change.limit.value() * part;
        energy.at({v, bin, s}) += used.value();
        cost.at({v, bin, s}) += used.value() * place.energy_price.value();
        carbon.at({v, bin, s}) += used.value() * place.carbon.value();
      });
    });
  }
  for (Cube* cube : {&drawn, &planned, &limit, &energy, &cost, &carbon}) {
    dataset.variables.push_back(std::move(*cube).variable());
  }
}

}  // namespace trainyard::measure
