#include "fleet/yard.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "fleet/play.hpp"
#include "support/worlds.hpp"

namespace trainyard::fleet {
namespace {

using worlds::day;
using worlds::days;
using Counts = std::vector<std::int64_t>;  // in storage, installing, installed, powered, busy

// Without jobs nobody asks for a rate.
History play(const World& world) {
  worlds::SteadyRates nobody({});
  return fleet::play(world, {}, nobody);
}

Counts chips(const History& history, double day_number, std::size_t site = 0,
             std::size_t node = 0) {
  return worlds::chips(history, day(day_number), site, node);
}

// 32 servers of 8 kW under phases of power, cooled at PUE 1.25: 10 kW each.
World ramp() {
  World world = worlds::world();
  world.sites = {worlds::site("austin",
                              {worlds::phase(10, Watts(55e3)), worlds::phase(20, Watts(200e3)),
                               worlds::phase(30, Watts(1e6))},
                              1.25)};
  world.deliveries = {worlds::delivery(2, 32)};
  return world;
}

}  // namespace

TEST_CASE("as many nodes are powered as the limit holds at the site's PUE, phase by phase",
          "[fleet]") {
  const History history = play(ramp());
  CHECK(chips(history, 2) == Counts{256, 0, 0, 0, 0});
  CHECK(chips(history, 10) == Counts{216, 0, 0, 40, 0});  // floor(55 / 10) = 5
  CHECK(chips(history, 20) == Counts{96, 0, 0, 160, 0});
  CHECK(chips(history, 30) == Counts{0, 0, 0, 256, 0});
  CHECK(worlds::power(history, day(10)).planned == Watts(50e3));
  CHECK(worlds::power(history, day(20)).planned == Watts(200e3));
  CHECK(worlds::power(history, day(30)).planned == Watts(320e3));
}

TEST_CASE("powered chips are floor(limit / (draw x PUE)) for many limits and PUEs", "[fleet]") {
  for (const double pue : {1.0, 1.1, 1.2, 1.3, 1.58}) {
    for (std::int64_t nodes : {1, 7, 10, 1000}) {
      World world = worlds::world();
      // What `nodes` draw, as a person would write it: 8 kW x 1.3 x 1000 = 10.4 MW.
      const double limit = static_cast<double>(nodes) * 80 * std::round(pue * 100);
      world.sites = {worlds::site("austin", {worlds::phase(0, Watts(limit))}, pue)};
      world.deliveries = {worlds::delivery(1, nodes, 1), worlds::delivery(2, 5),
                          worlds::delivery(3, 5)};
      const History history = play(world);
      CAPTURE(pue, nodes);
      CHECK(chips(history, 10) == Counts{80, 0, 0, nodes * 8, 0});
      world.sites[0].power[0].limit = Watts(limit - 1);
      CHECK(chips(play(world), 10) == Counts{88, 0, 0, (nodes - 1) * 8, 0});
    }
  }
}

TEST_CASE("the rated basis counts the label, the measured one what training draws", "[fleet]") {
  World world = ramp();
  world.sites[0].power = {worlds::phase(0, Watts(100e3))};
  CHECK(chips(play(world), 50) == Counts{176, 0, 0, 80, 0});  // 10 of 8 kW x 1.25
  world.sites[0].basis = PowerBasis::rated;
  CHECK(chips(play(world), 50) == Counts{192, 0, 0, 64, 0});  // 8 of 10 kW x 1.25
  CHECK(planned_draw(world.sites[0], world.nodes[0]) == Watts(12500));
}

TEST_CASE("100,000 H100 take 126 MW as measured, 153 MW as rated, at PUE 1.2", "[fleet]") {
  // 8.4 kW measured, 10.2 kW rated for a DGX H100.
  World world = worlds::world();
  world.nodes = {examples::dgx_h100()};
  world.sites = {worlds::site("memphis", {worlds::phase(0, Watts(150e6))}, 1.2)};
  world.deliveries = {worlds::delivery(1, 12500)};
  CHECK(chips(play(world), 2) == Counts{0, 0, 0, 100000, 0});
  CHECK(worlds::power(play(world), day(2)).planned.value() == Approx(126e6).epsilon(1e-12));
  world.sites[0].basis = PowerBasis::rated;
  CHECK(chips(play(world), 2) == Counts{1968, 0, 0, 98032, 0});  // floor(150 MW / 12.24 kW) nodes
}

TEST_CASE("without a limit all chips have power, and the history says so from the first day",
          "[fleet]") {
  World world = worlds::world();
  world.deliveries = {worlds::delivery(5, 1000)};
  const History history = play(world);
  CHECK(chips(history, 5) == Counts{0, 0, 0, 8000, 0});
  REQUIRE(!history.power.empty());
  CHECK(history.power.front().time == world.from);
  CHECK(std::isinf(history.power.front().limit.value()));
}

TEST_CASE("before its first phase a site has no power", "[fleet]") {
  const History history = play(ramp());
  CHECK(chips(history, 9.99) == Counts{256, 0, 0, 0, 0});
  CHECK(worlds::power(history, day(9.99)).limit == Watts(0));
}

TEST_CASE("phases before the horizon hold when it begins, the last of them", "[fleet]") {
  World world = ramp();
  world.sites[0].power = {worlds::phase(-300, Watts(100e3)), worlds::phase(-20, Watts(30e3)),
                          worlds::phase(40, Watts(40e3))};
  world.deliveries = {worlds::delivery(-5, 32)};
  const History history = play(world);
  CHECK(worlds::power(history, day(0)).limit == Watts(30e3));
  CHECK(chips(history, 0) == Counts{232, 0, 0, 24, 0});
  CHECK(chips(history, 40) == Counts{224, 0, 0, 32, 0});
}

TEST_CASE("installing takes its time from getting a powered place", "[fleet]") {
  World world = ramp();
  world.deliveries = {worlds::delivery(2, 32, 7)};
  const History history = play(world);
  CHECK(chips(history, 9) == Counts{256, 0, 0, 0, 0});
  CHECK(chips(history, 10) == Counts{216, 40, 0, 0, 0});
  CHECK(chips(history, 16.99) == Counts{216, 40, 0, 0, 0});
  CHECK(chips(history, 17) == Counts{216, 0, 0, 40, 0});
  CHECK(chips(history, 20) == Counts{96, 120, 0, 40, 0});
  CHECK(chips(history, 27) == Counts{96, 0, 0, 160, 0});
  // What is being installed counts under the limit and draws nothing yet.
  CHECK(worlds::power(history, day(10)).planned == Watts(50e3));
  CHECK(worlds::power(history, day(10)).drawn == Watts(0));
}

TEST_CASE("idle chips draw their idle power, cooled", "[fleet]") {
  CHECK(worlds::power(play(ramp()), day(10)).drawn == Watts(5 * 2e3 * 1.25));
}

TEST_CASE("an ExaPOD of 2 MW never fits 2.3 MW at PUE 1.2, nineteen trays do", "[fleet]") {
  World world = worlds::world();
  hardware::Node pod = examples::dojo_tray();
  pod.name = "dojo_exapod";
  pod.accelerators = 3000;
  pod.power = {Watts(2e6), Watts(2e6), Watts(0.6e6)};
  world.nodes = {pod, examples::dojo_tray()};
  world.sites = {worlds::site("palo_alto", {worlds::phase(0, Watts(2.3e6))}, 1.2)};
  world.deliveries = {worlds::delivery(1, 1)};
  const History alone = play(world);
  CHECK(chips(alone, 99) == Counts{3000, 0, 0, 0, 0});

  Delivery trays = worlds::delivery(2, 20);
  trays.node = 1;
  world.deliveries.push_back(trays);
  const History both = play(world);
  CHECK(chips(both, 99, 0, 0) == Counts{3000, 0, 0, 0, 0});
  CHECK(chips(both, 99, 0, 1) == Counts{150, 0, 0, 19 * 150, 0});  // floor(2300 / 120) = 19
}

TEST_CASE("the oldest delivery gets power first, whatever the order written", "[fleet]") {
  World world = ramp();
  world.owners = {"new", "old"};
  world.deliveries = {worlds::delivery(3, 16), worlds::delivery(2, 16)};
  world.deliveries[1].owner = 1;
  const History history = play(world);
  const auto powered = [&](std::size_t owner, double at) {
    std::int64_t count = 0;
    for (const ChipChange& change : history.chips) {
      if (change.owner == owner && change.time <= day(at)) {
        count = change.chips[static_cast<std::size_t>(ChipState::powered)];
      }
    }
    return count;
  };
  CHECK(powered(1, 10) == 40);
  CHECK(powered(0, 10) == 0);
  CHECK(powered(1, 20) == 128);
  CHECK(powered(0, 20) == 32);
}

TEST_CASE("power withdrawn darkens the newest chips, and returned lights them at once", "[fleet]") {
  World world = ramp();
  world.nodes.push_back(worlds::server());
  world.sites[0].power = {worlds::phase(0, Watts(200e3)), worlds::phase(30, Watts(95e3)),
                          worlds::phase(40, Watts(45e3)), worlds::phase(50, Watts(105e3)),
                          worlds::phase(60, Watts(200e3))};
  world.deliveries = {worlds::delivery(1, 10, 5), worlds::delivery(2, 10, 5)};
  world.deliveries[1].node = 1;
  const History history = play(world);
  CHECK(chips(history, 29, 0, 0) == Counts{0, 0, 0, 80, 0});
  CHECK(chips(history, 29, 0, 1) == Counts{0, 0, 0, 80, 0});
  CHECK(chips(history, 30, 0, 0) == Counts{0, 0, 8, 72, 0});
  CHECK(chips(history, 30, 0, 1) == Counts{0, 0, 80, 0, 0});
  CHECK(chips(history, 40, 0, 0) == Counts{0, 0, 48, 32, 0});
  CHECK(chips(history, 50, 0, 0) == Counts{0, 0, 0, 80, 0});
  CHECK(chips(history, 50, 0, 1) == Counts{0, 0, 80, 0, 0});
  CHECK(chips(history, 60, 0, 1) == Counts{0, 0, 0, 80, 0});
  for (const double at : {30., 40., 50., 60.}) {
    const PowerChange power = worlds::power(history, day(at));
    CHECK(power.planned <= power.limit);
  }
}

TEST_CASE("chips that lose power while being installed go back to storage and start again",
          "[fleet]") {
  World world = ramp();
  world.sites[0].power = {worlds::phase(0, Watts(100e3)), worlds::phase(5, Watts(40e3)),
                          worlds::phase(8, Watts(100e3))};
  world.deliveries = {worlds::delivery(1, 10, 10)};
  const History history = play(world);
  CHECK(chips(history, 1) == Counts{0, 80, 0, 0, 0});
  CHECK(chips(history, 5) == Counts{48, 32, 0, 0, 0});
  CHECK(chips(history, 8) == Counts{0, 80, 0, 0, 0});
  CHECK(chips(history, 11) == Counts{0, 48, 0, 32, 0});  // those that kept their places
  CHECK(chips(history, 18) == Counts{0, 0, 0, 80, 0});   // ten days after their second start
}

TEST_CASE("of a delivery, the installation begun last loses its places first", "[fleet]") {
  World world = ramp();
  world.sites[0].power = {worlds::phase(0, Watts(50e3)), worlds::phase(10, Watts(100e3)),
                          worlds::phase(12, Watts(50e3))};
  world.deliveries = {worlds::delivery(0, 10, 20)};
  const History history = play(world);
  CHECK(chips(history, 10) == Counts{0, 80, 0, 0, 0});
  CHECK(chips(history, 12) == Counts{40, 40, 0, 0, 0});
  CHECK(chips(history, 20) == Counts{40, 0, 0, 40, 0});
  CHECK(chips(history, 50) == Counts{40, 0, 0, 40, 0});
}

TEST_CASE("power that a large node gives up is offered to smaller ones at once", "[fleet]") {
  World world = worlds::world();
  hardware::Node tray = examples::dojo_tray();  // 100 kW
  world.nodes = {worlds::server(), tray};
  world.sites = {
      worlds::site("buffalo", {worlds::phase(0, Watts(216e3)), worlds::phase(5, Watts(180e3))})};
  world.deliveries = {worlds::delivery(0, 2), worlds::delivery(1, 10)};
  world.deliveries[0].node = 1;  // two trays, 200 kW; two servers beside them
  History history = play(world);
  CHECK(chips(history, 1, 0, 1) == Counts{0, 0, 0, 300, 0});
  CHECK(chips(history, 1, 0, 0) == Counts{64, 0, 0, 16, 0});
  CHECK(chips(history, 5, 0, 1) == Counts{0, 0, 150, 150, 0});
  CHECK(chips(history, 5, 0, 0) == Counts{0, 0, 0, 80, 0});
}

TEST_CASE("a limit that is met exactly leaves later deliveries in storage, to the last bit",
          "[fleet]") {
  World world = worlds::world();
  world.nodes = {examples::dojo_tray()};
  // 100 kW x 1.1 is 110000.00000000001 W in binary.
  world.sites = {worlds::site("palo_alto", {worlds::phase(0, Watts(2.2e6))}, 1.1)};
  world.deliveries = {worlds::delivery(1, 20), worlds::delivery(2, 10), worlds::delivery(3, 10)};
  const History history = play(world);
  CHECK(chips(history, 1) == Counts{0, 0, 0, 3000, 0});
  CHECK(chips(history, 2) == Counts{1500, 0, 0, 3000, 0});
  CHECK(chips(history, 3) == Counts{3000, 0, 0, 3000, 0});
}

TEST_CASE("limits beyond all reason do no harm", "[fleet]") {
  World world = worlds::world();
  world.sites = {worlds::site("austin", {worlds::phase(0, Watts(1e30))})};
  world.deliveries = {worlds::delivery(1, 10)};
  CHECK(chips(play(world), 2) == Counts{0, 0, 0, 80, 0});
}

TEST_CASE("a delivery after the horizon never arrives, one at its end does", "[fleet]") {
  World world = worlds::world(50);
  world.deliveries = {worlds::delivery(51, 10), worlds::delivery(50, 1)};
  const History history = play(world);
  CHECK(chips(history, 50) == Counts{0, 0, 0, 8, 0});
  CHECK(history.chips.back().time == day(50));
}

TEST_CASE("owners and sites have chips of their own", "[fleet]") {
  World world = worlds::world();
  world.sites = {worlds::site("austin"), worlds::site("memphis", {worlds::phase(20, Watts(16e3))})};
  world.deliveries = {worlds::delivery(1, 3), worlds::delivery(2, 4), worlds::delivery(3, 5)};
  world.deliveries[1].owner = 1;
  world.deliveries[2].site = 1;
  const History history = play(world);
  CHECK(chips(history, 10, 0) == Counts{0, 0, 0, 56, 0});
  CHECK(chips(history, 10, 1) == Counts{40, 0, 0, 0, 0});
  CHECK(chips(history, 20, 1) == Counts{24, 0, 0, 16, 0});
}

}  // namespace trainyard::fleet
