#include "fleet/play.hpp"

#include <catch2/catch.hpp>

#include "support/random_worlds.hpp"

namespace trainyard::fleet {
namespace {

using worlds::day;

History play(const World& world) {
  const auto tasks = worlds::random_tasks();
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

// A fleet in which much happens.
World busy_world() {
  World world = worlds::random_world(1);
  world.sites = {
      worlds::site("austin", {worlds::phase(0, Watts(50e3)), worlds::phase(9, Watts(200e3)),
                              worlds::phase(20, Watts(70e3))}),
      worlds::site("memphis", {worlds::phase(5, Watts(90e3))}, 1.2)};
  world.deliveries = {worlds::delivery(0, 5), worlds::delivery(3, 10, 2),
                      worlds::delivery(3, 10, 4)};
  world.deliveries[2].site = 1;
  world.jobs = {worlds::job("fsd"), worlds::job("grok")};
  world.jobs[0].target_samples = 2e8;
  world.jobs[1].options[0].site = 1;
  return world;
}

World moved(World world, Seconds by) {
  const auto move = [by](Instant& instant) { instant = instant + by; };
  move(world.from);
  move(world.to);
  for (Site& site : world.sites) {
    for (PowerPhase& phase : site.power) move(phase.from);
  }
  for (Delivery& delivery : world.deliveries) move(delivery.arrives);
  for (Job& job : world.jobs) move(job.from);
  return world;
}

}  // namespace

TEST_CASE("two plays of a fleet are equal, bit for bit", "[fleet]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const World world = worlds::random_world(seed);
    CAPTURE(seed);
    CHECK(worlds::numbers(play(world)) == worlds::numbers(play(world)));
  }
}

TEST_CASE("fleets played before in the process change nothing", "[fleet]") {
  const std::vector<double> first = worlds::numbers(play(busy_world()));
  // Moves SimGrid's clock, which goes on from play to play, by something odd.
  World other = worlds::world(1000.1);
  other.deliveries = {worlds::delivery(333.3, 1, 333.3)};
  play(other);
  CHECK(worlds::numbers(play(busy_world())) == first);
}

TEST_CASE("times are the calendar's: a fleet played a year later does the same, a year later",
          "[fleet]") {
  const Seconds year = worlds::days(366);
  const History now = play(busy_world());
  const History later = play(moved(busy_world(), year));
  REQUIRE(now.allocations.size() > 3);
  REQUIRE(later.allocations.size() == now.allocations.size());
  for (std::size_t i = 0; i < now.allocations.size(); ++i) {
    CHECK(later.allocations[i].start == now.allocations[i].start + year);
    CHECK(later.allocations[i].computing == now.allocations[i].computing + year);
    CHECK(later.allocations[i].chips == now.allocations[i].chips);
  }
  CHECK(later.jobs[0].finished == *now.jobs[0].finished + year);
}

TEST_CASE("a fleet without chips and jobs is played", "[fleet]") {
  const History history = play(worlds::world());
  CHECK(history.chips.empty());
  CHECK(history.allocations.empty());
  CHECK(history.jobs.empty());
}

TEST_CASE("what a rate source throws reaches the caller", "[fleet]") {
  class Refuses final : public step::Rates {
   public:
    step::Answer ask(step::Question /*question*/) override {
      throw std::runtime_error("no such rate");
    }
  };
  Refuses refuses;
  const auto tasks = worlds::random_tasks();
  CHECK_THROWS_WITH(fleet::play(busy_world(), tasks, refuses), "no such rate");
  // The next play is not disturbed.
  CHECK(play(busy_world()).allocations.size() > 3);
}

}  // namespace trainyard::fleet
