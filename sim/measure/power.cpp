#include "measure/cube.hpp"
#include "measure/energy_price.hpp"
#include "measure/over_time.hpp"
#include "measure/spans.hpp"

namespace trainyard::measure {

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
  Cube clock({"clock", "clock of the chips, of the usual one, mean over the bin", "1"}, axes, 1);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    std::vector<EnergyPrice> prices;
    for (std::size_t site = 0; site < world.sites.size(); ++site) prices.emplace_back(world, site);
    const auto add = [&](const fleet::PowerChange& change, Instant until) {
      const hardware::Site& place = world.sites[change.site].place;
      const std::size_t s = names.sites.index(place.name);
      bins.each(change.time, until, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        const Joules used = change.drawn * overlap;
        drawn.at({v, bin, s}) += change.drawn.value() * part;
        planned.at({v, bin, s}) += change.planned.value() * part;
        limit.at({v, bin, s}) += change.limit.value() * part;
        energy.at({v, bin, s}) += used.value();
        const Instant first = std::max(change.time, bins.start(bin));
        cost.at({v, bin, s}) +=
            change.drawn.value() * prices[change.site].of_a_watt(first, first + overlap).value();
        carbon.at({v, bin, s}) += used.value() * place.carbon.value();
        clock.at({v, bin, s}) += (change.clock - 1) * part;
      });
    };
    each_span(
        histories[v].power, world.sites.size(), world.to,
        [](const fleet::PowerChange& change) { return change.site; }, add);
  }
  for (Cube* cube : {&drawn, &planned, &limit, &energy, &cost, &carbon, &clock}) {
    dataset.variables.push_back(std::move(*cube).variable());
  }
}

}  // namespace trainyard::measure
