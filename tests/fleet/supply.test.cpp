// Orders, moves, retirement, and power that trips, fails or slows.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <tuple>

#include "fleet/ten_servers.hpp"
#include "fleet/yard.hpp"
#include "support/random_worlds.hpp"

namespace trainyard::fleet {
namespace {

std::int64_t all(const History& history, Instant at, std::size_t site = 0) {
  std::int64_t sum = 0;
  for (std::size_t state = 0; state < chip_states; ++state) {
    sum += worlds::chips(history, static_cast<ChipState>(state), at, site);
  }
  return sum;
}

}  // namespace

TEST_CASE("a chip is ordered, shipped, stored or installed, ready, and retired in turn",
          "[fleet]") {
  World world = ten_servers();
  world.jobs = {};
  world.deliveries[0].ordered = day(1);
  world.deliveries[0].arrives = day(10);
  world.deliveries[0].shipping = days(3);
  world.deliveries[0].install = days(2);
  world.deliveries[0].retires = day(50);
  const History history = play(world);
  const auto in = [&](ChipState state, double at) {
    return worlds::chips(history, state, day(at)) == 80 && all(history, day(at)) == 80;
  };
  CHECK(all(history, day(0)) == 0);
  CHECK(in(ChipState::ordered, 1));
  CHECK(in(ChipState::shipping, 7));
  CHECK(in(ChipState::installing, 10));
  CHECK(in(ChipState::powered, 12));
  CHECK(in(ChipState::retired, 50));
}

TEST_CASE("slips move arrivals by their distribution, the same in every variant", "[fleet]") {
  World world = ten_servers();
  world.deliveries[0].slip = {Distribution::Kind::uniform, 0, days(30).value()};
  double sum = 0;
  for (world.seed = 0; world.seed < 200; ++world.seed) {
    const Seconds slip = arrival(world, world.deliveries[0]) - world.deliveries[0].arrives;
    CHECK(slip >= Seconds(0));
    CHECK(slip <= days(30));
    sum += slip / days(1) / 200;
  }
  CHECK(sum == Approx(15).margin(2.5));  // four deviations of the mean of 200
  World other = world;
  other.jobs = {};
  CHECK(arrival(other, other.deliveries[0]) == arrival(world, world.deliveries[0]));
}

TEST_CASE("a move takes chips from the job that holds them, and brings them to another site",
          "[fleet]") {
  World world = ten_servers();
  world.sites.push_back(worlds::site("memphis"));
  world.moves = {{.name = "send",
                  .nodes = 4,
                  .at = day(5),
                  .site = 1,
                  .owner = 1,
                  .transit = days(2),
                  .install = days(3)}};
  const History history = play(world);
  CHECK(worlds::chips(history, ChipState::busy, day(4)) == 80);
  CHECK(worlds::chips(history, ChipState::busy, day(6)) == 48);
  CHECK(worlds::chips(history, ChipState::shipping, day(6), 1) == 32);
  CHECK(worlds::chips(history, ChipState::installing, day(8), 1) == 32);
  CHECK(worlds::chips(history, ChipState::powered, day(10), 1) == 32);
  CHECK(history.allocations[0].ending == Ending::moved);
}

TEST_CASE("chips sold within a site stay installed", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].chip_owners = {0};
  world.moves = {{.name = "sell", .nodes = 4, .at = day(5), .owner = 1}};
  const History history = play(world);
  CHECK(worlds::chips(history, ChipState::busy, day(5)) == 48);
  CHECK(worlds::chips(history, ChipState::powered, day(5)) == 32);
}

TEST_CASE("a substation opens on what is drawn, and holds the site below its limit afterwards",
          "[fleet]") {
  World world = ten_servers();  // ten servers of 8 kW, 80 kW in training
  world.deliveries[0].arrives = day(3);
  world.sites[0].trip = {Watts(65e3), hours(12)};
  const History history = play(world);
  CHECK(worlds::power(history, day(3)).drawn == Watts(0));
  CHECK(worlds::chips(history, ChipState::installed, day(3)) == 80);
  CHECK(worlds::chips(history, ChipState::busy, day(3) + hours(12)) == 64);
  CHECK(worlds::chips(history, ChipState::busy, day(90)) == 64);
  bool seen = false;
  for (const PowerChange& change : history.power) seen = seen || change.drawn > Watts(65e3);
  CHECK(seen);  // the draw that did it
}

TEST_CASE("an outage stops everything, and all comes back", "[fleet]") {
  World world = ten_servers();
  world.sites[0].outages = {{"storm", day(5), hours(6)}};
  const History history = play(world);
  CHECK(worlds::chips(history, ChipState::installed, day(5)) == 80);
  CHECK(worlds::chips(history, ChipState::busy, day(5) + hours(6)) == 80);
  CHECK(history.allocations[0].ending == Ending::power);
}

TEST_CASE("cooling limits the power of the nodes alone", "[fleet]") {
  World world = ten_servers();
  world.sites[0].place.pue = 1.5;
  world.sites[0].cooling = {worlds::phase(0, for_servers(6))};
  CHECK(worlds::chips(play(world), ChipState::busy, day(1)) == 48);
}

TEST_CASE("where power is short, clocks fall as far as the curve says before chips go dark",
          "[fleet]") {
  World world = ten_servers();  // 2 kW idle, 8 kW computing
  world.sites[0].shortage = Shortage::slow;
  world.sites[0].slowest = 0.5;
  const double at_80 = 10 * (2e3 + 6e3 * std::pow(0.8, hardware::power_exponent));
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(5, Watts(at_80)),
                          worlds::phase(10, Watts(20e3))};
  const History history = play(world);
  CHECK(worlds::power(history, day(5)).clock == Approx(0.8).epsilon(1e-6));
  CHECK(worlds::chips(history, ChipState::busy, day(5)) == 80);
  CHECK(worlds::power(history, day(5)).planned <= Watts(at_80 * (1 + 1e-11)));
  // At half the clock a server counts 3.14 kW: six of them fit, and run as fast as that allows.
  CHECK(worlds::chips(history, ChipState::busy, day(10)) == 48);
  CHECK(worlds::power(history, day(10)).planned <= Watts(20e3 * (1 + 1e-11)));
  CHECK(worlds::power(history, day(10)).clock > 0.5);
  for (const StepUse& use : history.answers) CHECK(use.clock <= 1);
}

TEST_CASE("chips of a troubled fleet are in one state each, and what works has power", "[fleet]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const World world = worlds::troubled_world(seed);
    const std::vector<step::Task> tasks = worlds::random_tasks();
    worlds::SteadyRates rates(tasks);
    CAPTURE(seed);
    const History history = fleet::play(world, tasks, rates);
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::int64_t> now;
    for (const ChipChange& change : history.chips) {
      std::int64_t sum = 0;
      for (const std::int64_t count : change.chips) {
        CHECK(count >= 0);
        sum += count;
      }
      now[{change.site, change.node, change.owner}] = sum;
    }
    std::int64_t delivered = 0;
    for (const Delivery& delivery : world.deliveries) {
      if (arrival(world, delivery) <= world.to) {
        delivered += delivery.nodes * world.nodes[delivery.node].accelerators;
      }
    }
    std::int64_t there = 0;
    for (const auto& [pool, sum] : now) there += sum;
    CHECK(there == delivered);
  }
}

}  // namespace trainyard::fleet
