// Results of small fleets, as `measure` makes them.
#pragma once

#include "fleet/play.hpp"
#include "measure/fleet_tables.hpp"
#include "support/worlds.hpp"

namespace trainyard::report {

// 2,000 servers of 8 chips in Austin, power for half of them until February, one job that needs a
// tenth of them from day 10 and one that takes the rest; 45.5 days from the new year.
inline fleet::World austin() {
  fleet::World world = worlds::world(45.5);
  world.sites = {worlds::site(
      "austin", {worlds::phase(0, Watts(10e6)), worlds::phase(31, Watts(20e6))}, 1.25)};
  world.sites[0].place.energy_price = UsdPerJoule(0.06 / 3.6e6);
  world.deliveries = {worlds::delivery(0, 2000)};
  world.jobs = {worlds::job("optimus"), worlds::job("fsd")};
  world.jobs[0].gangs = {1600};
  world.jobs[0].priority = 1;
  world.jobs[0].owner = 1;
  world.jobs[0].target_samples = 1600 * 864000.;
  return world;
}

inline Dataset result(const std::vector<fleet::World>& worlds) {
  const std::vector<step::Task> tasks{worlds::task()};
  worlds::SteadyRates rates(tasks);
  std::vector<fleet::History> histories;
  for (const fleet::World& world : worlds) {
    histories.push_back(fleet::play(world, tasks, rates));
  }
  return measure::fleet_tables(worlds, histories);
}

// Power as planned, and after the horizon's end, without the job that would take it.
inline std::vector<fleet::World> variants() {
  fleet::World keep = austin();
  keep.variant = "keep";
  fleet::World late = keep;
  late.variant = "power late";
  late.sites[0].power[1].from = worlds::day(60);
  late.jobs.pop_back();
  return {keep, late};
}

}  // namespace trainyard::report
