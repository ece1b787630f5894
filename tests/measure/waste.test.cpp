#include "measure/waste.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "fleet/play.hpp"
#include "support/histories.hpp"
#include "support/random_worlds.hpp"

namespace trainyard::measure {
namespace {

using worlds::all_in;
using worlds::broken_once;
using worlds::ChipState;
using worlds::day;
using worlds::days;
using worlds::Played;

double chip_days(const Waste& waste, Use use) {
  return waste[static_cast<std::size_t>(use)] / 86400;
}

double sum(const Waste& waste) {
  return std::accumulate(waste.begin(), waste.end(), 0.0);
}

// Chip-seconds since arrival, by the changes of states alone.
double since_arrival(const fleet::World& world, const fleet::History& history, std::size_t site,
                     std::size_t node) {
  double all = 0;
  std::vector<const fleet::ChipChange*> last(world.owners.size(), nullptr);
  const auto close = [&](const fleet::ChipChange* change, Instant until) {
    if (change == nullptr) return;
    const Seconds lasted = std::min(until, world.to) - std::max(change->time, world.from);
    for (std::size_t state = 0; state < fleet::chip_states; ++state) {
      const bool there = state >= static_cast<std::size_t>(ChipState::in_storage) &&
                         state != static_cast<std::size_t>(ChipState::retired);
      if (there) all += static_cast<double>(change->chips[state]) * std::max(0.0, lasted.value());
    }
  };
  for (const fleet::ChipChange& change : history.chips) {
    if (change.site != site || change.node != node) continue;
    close(last[change.owner], change.time);
    last[change.owner] = &change;
  }
  for (const fleet::ChipChange* change : last) close(change, world.to);
  return all;
}

}  // namespace

TEST_CASE("the time of chips is what their states and their jobs make of it", "[measure]") {
  const Played played = broken_once();
  const Waste waste = measure::waste(played.world, played.history).front();
  CHECK(chip_days(waste, Use::storage) == 16);
  CHECK(chip_days(waste, Use::installing) == 16);
  CHECK(chip_days(waste, Use::no_power) == 0);
  CHECK(chip_days(waste, Use::failed) == 8);
  CHECK(chip_days(waste, Use::spare) == 2 * 4);
  CHECK(chip_days(waste, Use::left_over) == 2 + 1);
  CHECK(chip_days(waste, Use::starting) == 7 * 0.5);
  CHECK(chip_days(waste, Use::checkpoint) == Approx(7 * 4 / 24.));
  CHECK(chip_days(waste, Use::unnoticed) == Approx(7 * 2 / 24.));
  CHECK(chip_days(waste, Use::lost) == Approx(7 * 6 / 24.));
  // Two days are kept.
  CHECK(chip_days(waste, Use::compute) == Approx(7 * 2 * 0.6));
  CHECK(chip_days(waste, Use::bubble) == Approx(7 * 2 * 0.1));
  CHECK(chip_days(waste, Use::communication) == Approx(7 * 2 * 0.1));
  CHECK(chip_days(waste, Use::other) == Approx(7 * 2 * 0.2));
  CHECK(chip_days(waste, Use::undivided) == 0);
}

TEST_CASE("ready chips without a job are idle, or queue where a job waits that may run there",
          "[measure]") {
  const Played played = broken_once();
  const Waste waste = measure::waste(played.world, played.history).front();
  // The job waits for half a day before it starts, and a day between its allocations. Otherwise
  // idle: all for half a day, 4 and then 8 beside the job, all and then 8 after it.
  CHECK(chip_days(waste, Use::queue) == 16 * 0.5 + 16 * 1);
  CHECK(chip_days(waste, Use::idle) == 16 * 0.5 + 4 * 2 + 8 * 1 + 16 * 1 + 8 * 1);
}

TEST_CASE("every chip-second since arrival is in exactly one use", "[measure]") {
  const Played played = broken_once();
  const Waste waste = measure::waste(played.world, played.history).front();
  CHECK(sum(waste) / 86400 == Approx(16 * 9).epsilon(1e-12));
  CHECK(sum(waste) == Approx(since_arrival(played.world, played.history, 0, 0)).epsilon(1e-12));
}

TEST_CASE("a job that may run at several places waits at each, once", "[measure]") {
  Played played = broken_once();
  played.world.sites.push_back(worlds::site("memphis"));
  played.world.jobs[0].options = {{.site = 0}, {.site = 0, .task = 1}, {.site = 1}};
  fleet::ChipChange there = all_in(ChipState::powered, 0, 8);
  there.site = 1;
  played.history.chips.push_back(there);
  const std::vector<Waste> waste = measure::waste(played.world, played.history);
  CHECK(chip_days(waste[0], Use::queue) == 16 * 1.5);
  CHECK(chip_days(waste[1], Use::queue) == 8 * 1.5);
  CHECK(chip_days(waste[1], Use::idle) == 8 * 10.5);
}

TEST_CASE("kept work of jobs of known duration is not divided", "[measure]") {
  Played played = broken_once();
  for (fleet::Allocation& one : played.history.allocations) one.answer = fleet::none;
  const Waste waste = measure::waste(played.world, played.history).front();
  CHECK(chip_days(waste, Use::undivided) == Approx(7 * 2));
  CHECK(chip_days(waste, Use::compute) == 0);
  CHECK(sum(waste) / 86400 == Approx(16 * 9).epsilon(1e-12));
}

TEST_CASE("the uses of random fleets add up to their chips times time, none below zero",
          "[measure][law]") {
  const std::vector<step::Task> tasks = worlds::random_tasks();
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const fleet::World world =
        seed < 100 ? worlds::troubled_world(seed) : worlds::random_world(seed);
    worlds::SteadyRates rates(tasks);
    const fleet::History history = fleet::play(world, tasks, rates);
    const std::vector<Waste> all = waste(world, history);
    CAPTURE(seed);
    for (std::size_t site = 0; site < world.sites.size(); ++site) {
      for (std::size_t node = 0; node < world.nodes.size(); ++node) {
        const Waste& here = all[site * world.nodes.size() + node];
        const double there = since_arrival(world, history, site, node);
        CHECK(sum(here) == Approx(there).epsilon(1e-9));
        for (const double time : here) CHECK(time >= -1e-6 * there);
      }
    }
  }
}

TEST_CASE("an allocation is start-up, training, pauses and unnoticed time, in sum",
          "[measure][law]") {
  const std::vector<step::Task> tasks = worlds::random_tasks();
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    worlds::SteadyRates rates(tasks);
    const fleet::History history = fleet::play(worlds::troubled_world(seed), tasks, rates);
    CAPTURE(seed);
    for (const fleet::Allocation& one : history.allocations) {
      const Seconds parts =
          (one.computing - one.start) + one.productive + one.pauses + one.unnoticed;
      CHECK(parts.value() == Approx((one.end - one.start).value()).margin(1e-3));
      CHECK(one.lost <= one.productive);
    }
  }
}

}  // namespace trainyard::measure
