// Ten servers, jobs and power for them: what the tests of the dispatch play with.
#pragma once

#include "fleet/play.hpp"
#include "support/worlds.hpp"

namespace trainyard::fleet {

using worlds::day;
using worlds::days;
using worlds::hours;

// Ten servers from the first day on: 80 samples a second.
inline World ten_servers() {
  World world = worlds::world();
  world.deliveries = {worlds::delivery(0, 10)};
  world.jobs = {worlds::job("fsd")};
  return world;
}

inline Job fixed(const std::string& name, std::int64_t accelerators, double from_day = 0) {
  Job job = worlds::job(name);
  job.gangs = {accelerators};
  job.from = day(from_day);
  return job;
}

// So many samples as the accelerators train in so many days.
inline double work(std::int64_t accelerators, double number_of_days) {
  return static_cast<double>(accelerators) * days(number_of_days).value();
}

inline History play(const World& world, std::vector<step::Task> tasks = {worlds::task()}) {
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

// The checkpoint of a job that started on the first day and then computed so many hours.
inline Instant after_computing(double number_of_hours) {
  return day(0) + Seconds(600) + hours(number_of_hours);
}

// Power for so many servers of 8 kW.
inline Watts for_servers(std::int64_t nodes) {
  return Watts(8e3 * static_cast<double>(nodes));
}

}  // namespace trainyard::fleet
