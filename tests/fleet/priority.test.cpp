// Which job gets which chips, and who loses them first.
#include <catch2/catch.hpp>

#include "fleet/ten_servers.hpp"

namespace trainyard::fleet {

TEST_CASE("the jobs of least priority lose their chips first", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("low", 40), fixed("high", 40)};
  world.jobs[1].priority = 1;
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5)),
                          worlds::phase(4, for_servers(10))};
  const History history = play(world);
  CHECK(history.jobs[1].lost_samples == 0);
  CHECK(history.jobs[0].lost_samples == 3000 * 40);
  REQUIRE(history.allocations.size() == 3);
  CHECK(history.allocations[2].job == 0);
  CHECK(history.allocations[2].start == day(4));
  CHECK(history.jobs[0].started == day(0));
}

TEST_CASE("waiting jobs start by priority, then arrival, then the order written", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(5, 10)};
  world.jobs = {fixed("c", 80, 2), fixed("d", 80, 2), fixed("b", 80, 1), fixed("a", 80, 3)};
  world.jobs[3].priority = 5;
  for (Job& job : world.jobs) job.target_samples = work(80, 1);
  const History history = play(world);
  CHECK(history.jobs[3].started == day(5));
  CHECK(history.jobs[2].started == day(6) + Seconds(600));
  CHECK(history.jobs[0].started == day(7) + Seconds(1200));
  CHECK(history.jobs[1].started == day(8) + Seconds(1800));
}

TEST_CASE("jobs before the horizon start with it, in their order of arrival", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(-30, 10)};
  world.jobs = {fixed("later", 80, -1), fixed("earlier", 80, -9)};
  world.jobs[1].target_samples = work(80, 1);
  const History history = play(world);
  CHECK(history.jobs[1].started == day(0));
  CHECK(history.jobs[0].started == history.jobs[1].finished);
}

TEST_CASE(
    "a job that takes all chips leaves none to those behind it, and gets what those before it "
    "leave",
    "[fleet]") {
  World world = ten_servers();
  world.jobs = {worlds::job("all"), fixed("first", 24)};
  world.jobs[1].priority = 1;
  const History history = play(world);
  REQUIRE(history.allocations.size() == 2);
  CHECK(history.allocations[0].job == 1);
  CHECK(history.allocations[1].chips == 56);
  world.jobs[1].priority = -1;
  CHECK(play(world).allocations.size() == 1);
}

TEST_CASE("small jobs pass a large one that waits", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("large", 88), fixed("small", 40)};
  const History history = play(world);
  CHECK_FALSE(history.jobs[0].started);
  CHECK(history.jobs[1].started == day(0));
}

TEST_CASE("chips that come at a job's checkpoint go to a waiting job of higher priority first",
          "[fleet]") {
  World world = ten_servers();
  // The job that takes all chips is about to grow by one server when six more become ready.
  world.deliveries = {worlds::delivery(0, 4), worlds::delivery(1, 1), worlds::delivery(1, 6)};
  world.deliveries[2].install = after_computing(24) - day(1);
  world.jobs = {worlds::job("all"), fixed("urgent", 56)};
  world.jobs[1].priority = 1;
  const History history = play(world);
  CHECK(history.jobs[1].started == after_computing(24));
  CHECK(history.allocations.size() == 2);
  world.jobs[1].priority = -1;
  CHECK_FALSE(play(world).jobs[1].started);
}

TEST_CASE("jobs that grow at the same checkpoint do so by priority", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 1), worlds::delivery(0, 1), worlds::delivery(1, 4)};
  world.deliveries[1].owner = 1;
  world.owners.emplace_back("both");
  world.deliveries[2].owner = 2;
  world.jobs = {worlds::job("low"), worlds::job("high")};
  world.jobs[0].chip_owners = {0, 2};
  world.jobs[1].chip_owners = {1, 2};
  world.jobs[1].priority = 1;
  const History history = play(world);
  REQUIRE(history.allocations.size() == 3);
  CHECK(history.allocations[2].job == 1);
  CHECK(history.allocations[2].start == after_computing(24));
  CHECK(history.allocations[2].nodes == 5);
}

TEST_CASE("jobs use chips of the owners that they may, and no others", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 3), worlds::delivery(0, 4)};
  world.deliveries[1].owner = 1;
  world.jobs = {worlds::job("fsd"), worlds::job("grok")};
  world.jobs[0].chip_owners = {0};
  world.jobs[1].chip_owners = {1};
  const History apart = play(world);
  CHECK(apart.allocations.at(0).chips == 24);
  CHECK(apart.allocations.at(1).chips == 32);

  world.jobs[0].chip_owners = {1};
  const History taken = play(world);
  REQUIRE(taken.allocations.size() == 1);
  CHECK(taken.allocations[0].chips == 32);
  for (const ChipChange& change : taken.chips) {
    if (change.owner == 0) CHECK(change.chips[static_cast<std::size_t>(ChipState::busy)] == 0);
  }

  world.jobs = {worlds::job("both")};
  CHECK(play(world).allocations.at(0).chips == 56);
}

TEST_CASE("an owner's chips go dark under the job that uses them", "[fleet]") {
  World world = ten_servers();
  world.sites[0].power = {worlds::phase(0, for_servers(7)), worlds::phase(2, for_servers(3))};
  world.deliveries = {worlds::delivery(0, 3), worlds::delivery(0.5, 4)};
  world.deliveries[1].owner = 1;
  world.jobs = {worlds::job("fsd"), worlds::job("grok")};
  world.jobs[0].chip_owners = {0};
  world.jobs[1].chip_owners = {1};
  world.jobs[1].priority = 9;
  const History history = play(world);
  CHECK(history.jobs[0].lost_samples == 0);
  CHECK(history.jobs[1].lost_samples > 0);
  CHECK(history.allocations.size() == 2);
}

TEST_CASE("jobs stay at their site and on their kind of node", "[fleet]") {
  World world = ten_servers();
  world.sites.push_back(worlds::site("memphis"));
  world.nodes.push_back(examples::dojo_tray());
  world.deliveries = {worlds::delivery(0, 2), worlds::delivery(0, 3), worlds::delivery(0, 4)};
  world.deliveries[1].site = 1;
  world.deliveries[2].node = 1;
  const History history = play(world);
  REQUIRE(history.allocations.size() == 1);
  CHECK(history.allocations[0].nodes == 2);
  CHECK(worlds::chips(history, ChipState::powered, day(1), 1) == 24);
  CHECK(worlds::chips(history, ChipState::powered, day(1), 0, 1) == 600);
}

}  // namespace trainyard::fleet
