#include "fleet/dispatch.hpp"

#include <catch2/catch.hpp>

#include "fleet/ten_servers.hpp"

namespace trainyard::fleet {

TEST_CASE("a job reaches its target at the exact second: restart, then samples over rate",
          "[fleet]") {
  World world = ten_servers();
  world.jobs[0].target_samples = work(80, 3);
  const History history = play(world);
  CHECK(history.jobs[0].started == day(0));
  CHECK(history.jobs[0].finished == day(3) + Seconds(600));
  CHECK(history.jobs[0].samples == work(80, 3));
  CHECK(history.jobs[0].lost_samples == 0);
  REQUIRE(history.allocations.size() == 1);
  const Allocation& only = history.allocations[0];
  CHECK(only.start == day(0));
  CHECK(only.computing == day(0) + Seconds(600));
  CHECK(only.end == day(3) + Seconds(600));
  CHECK(only.nodes == 10);
  CHECK(only.chips == 80);
  CHECK(only.left_over == 0);
}

TEST_CASE("a finished job's chips are the next one's at the same moment", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("first", 80), fixed("second", 80, 1)};
  world.jobs[0].target_samples = work(80, 2.5);
  const History history = play(world);
  CHECK(history.jobs[0].finished == day(2.5) + Seconds(600));
  CHECK(history.jobs[1].started == history.jobs[0].finished);
  CHECK(worlds::chips(history, ChipState::busy, *history.jobs[0].finished) == 80);
}

TEST_CASE("a job that finishes as power is withdrawn has lost nothing", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].target_samples = work(80, 1) - 80 * 600;
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(1, for_servers(1))};
  const History history = play(world);
  CHECK(history.jobs[0].finished == day(1));
  CHECK(history.jobs[0].lost_samples == 0);
  CHECK(history.allocations.size() == 1);
}

TEST_CASE("a job of a fixed size waits until enough chips are ready", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(1, 5), worlds::delivery(4, 5, 3)};
  world.jobs = {fixed("gang", 80)};
  const History history = play(world);
  CHECK(history.jobs[0].started == day(7));
  CHECK(worlds::chips(history, ChipState::powered, day(6.9)) == 40);
  CHECK(worlds::chips(history, ChipState::busy, day(7)) == 80);
}

TEST_CASE("a job of a fixed size that never gets its chips never starts", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("gang", 88)};
  const History history = play(world);
  CHECK_FALSE(history.jobs[0].started);
  CHECK_FALSE(history.jobs[0].finished);
  CHECK(history.allocations.empty());
  CHECK(worlds::chips(history, ChipState::powered, world.to) == 80);
}

TEST_CASE("a fixed number of chips is rounded up to whole nodes", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("odd", 12)};
  const History history = play(world);
  CHECK(history.allocations.at(0).nodes == 2);
  CHECK(history.allocations.at(0).chips == 16);
  CHECK(worlds::chips(history, ChipState::powered, day(1)) == 64);
}

TEST_CASE("chips left over by the plan stay powered", "[fleet]") {
  World world = ten_servers();
  // A replica takes 24 chips: three on ten servers, eight chips left over.
  const History history = play(world, {worlds::task(8, 3)});
  CHECK(history.allocations.at(0).chips == 80);
  CHECK(history.allocations.at(0).left_over == 8);
  CHECK(worlds::chips(history, ChipState::busy, day(1)) == 72);
  CHECK(worlds::chips(history, ChipState::powered, day(1)) == 8);
  // Nine servers' worth of chips draws the power of training, one idles.
  CHECK(worlds::power(history, day(1)).drawn.value() == Approx(9 * 8e3 + 2e3).epsilon(1e-12));
}

TEST_CASE("a job that takes all chips waits until they hold one replica", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 2), worlds::delivery(5, 1)};
  const History history = play(world, {worlds::task(8, 3)});
  CHECK(history.jobs[0].started == day(5));
}

TEST_CASE("a job that takes all chips grows at a checkpoint only, and pays the restart",
          "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 5), worlds::delivery(1, 5)};
  const History history = play(world);
  // Computes from 600 s; at 86,400 s it is 3,000 s into its 24th hour.
  const Instant checkpoint = after_computing(24);
  REQUIRE(history.allocations.size() == 2);
  CHECK(history.allocations[0].end == checkpoint);
  CHECK(history.allocations[1].start == checkpoint);
  CHECK(history.allocations[1].computing == checkpoint + Seconds(600));
  CHECK(history.allocations[1].chips == 80);
  CHECK(worlds::chips(history, ChipState::powered, day(1)) == 40);
  CHECK(history.jobs[0].lost_samples == 0);
  CHECK(history.jobs[0].samples ==
        40 * 24 * 3600. + 80 * (world.to - history.allocations[1].computing).value());
}

TEST_CASE("a job does not restart for chips that its plan can not use", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 3), worlds::delivery(1, 2), worlds::delivery(2, 1)};
  const History history = play(world, {worlds::task(8, 3)});
  REQUIRE(history.allocations.size() == 2);
  CHECK(history.allocations[0].nodes == 3);
  CHECK(history.allocations[1].nodes == 6);
  CHECK(history.allocations[1].start > day(2));
}

TEST_CASE("a job that grows finishes when both parts of its work are done", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 5), worlds::delivery(1, 5)};
  world.jobs[0].target_samples = 40 * 24 * 3600. + work(80, 1);
  const History history = play(world);
  CHECK(history.jobs[0].finished == after_computing(24) + Seconds(600) + days(1));
  CHECK(history.jobs[0].samples == *world.jobs[0].target_samples);
}

TEST_CASE(
    "when power is withdrawn a job falls back to its last checkpoint and goes on with what is left",
    "[fleet]") {
  World world = ten_servers();
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5))};
  const History history = play(world);
  // At 172,800 s it has computed 172,200 s = 47 h 3,000 s.
  REQUIRE(history.allocations.size() == 2);
  CHECK(history.allocations[0].end == day(2));
  CHECK(history.allocations[1].start == day(2));
  CHECK(history.allocations[1].computing == day(2) + Seconds(600));
  CHECK(history.allocations[1].chips == 40);
  CHECK(history.jobs[0].lost_samples == 3000 * 80);
  CHECK(history.jobs[0].samples ==
        47 * 3600 * 80. + 40 * (world.to - day(2) - Seconds(600)).value());
  CHECK(worlds::chips(history, day(2)) == std::vector<std::int64_t>{0, 0, 40, 0, 40});
}

TEST_CASE("what was lost is trained again before the target is reached", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].target_samples = work(80, 4);
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5))};
  const History history = play(world);
  const double left = work(80, 4) - 47 * 3600 * 80.;
  CHECK(history.jobs[0].finished == day(2) + Seconds(600 + left / 40));
  CHECK(history.jobs[0].samples == work(80, 4));
  CHECK(history.jobs[0].lost_samples == 3000 * 80);
}

TEST_CASE("power withdrawn at a checkpoint loses nothing", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].restart = hours(1);
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5))};
  CHECK(play(world).jobs[0].lost_samples == 0);
}

TEST_CASE("power withdrawn while a job starts up loses nothing", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].restart = days(3);
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5))};
  const History history = play(world);
  CHECK(history.jobs[0].lost_samples == 0);
  CHECK(history.allocations[0].computing == history.allocations[0].end);
  CHECK(history.jobs[0].samples == 40 * days(95).value());
}

TEST_CASE("chips taken from nobody disturb nobody", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("half", 40)};
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(2, for_servers(5))};
  CHECK(play(world).allocations.size() == 1);
}

TEST_CASE("the end of the horizon closes what runs, and counts what was done", "[fleet]") {
  World world = ten_servers();
  world.to = day(10) + Seconds(1234);
  world.jobs[0].target_samples = 1e30;
  const History history = play(world);
  CHECK(history.allocations.at(0).end == world.to);
  CHECK_FALSE(history.jobs[0].finished);
  CHECK(history.jobs[0].samples == 80 * (days(10) + Seconds(634)).value());
  CHECK(history.jobs[0].lost_samples == 0);
}

TEST_CASE("a job that still starts up when the horizon ends has done nothing", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].restart = days(1000);
  const History history = play(world);
  CHECK(history.allocations.at(0).computing == world.to);
  CHECK(history.allocations.at(0).end == world.to);
  CHECK(history.jobs[0].samples == 0);
}

TEST_CASE("a target reached as the horizon ends is reached", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].target_samples = work(80, 100) - 600 * 80;
  CHECK(play(world).jobs[0].finished == world.to);
  world.jobs[0].target_samples = work(80, 100) - 600 * 80 + 1;
  CHECK_FALSE(play(world).jobs[0].finished);
}

TEST_CASE("a job of a date after the horizon never starts", "[fleet]") {
  World world = ten_servers();
  world.jobs[0].from = day(101);
  CHECK_FALSE(play(world).jobs[0].started);
}

TEST_CASE("a rate is asked once for each job and number of nodes", "[fleet]") {
  World world = ten_servers();
  world.jobs = {fixed("first", 80), fixed("second", 80)};
  world.jobs[0].target_samples = work(80, 1);
  world.sites[0].power = {worlds::phase(0, for_servers(10)), worlds::phase(5, for_servers(1)),
                          worlds::phase(6, for_servers(10))};
  const std::vector<step::Task> tasks{worlds::task()};
  worlds::SteadyRates rates(tasks);
  const History history = fleet::play(world, tasks, rates);
  CHECK(history.allocations.size() == 3);
  CHECK(rates.asked == std::vector<step::Question>{{0, 10}, {0, 10}});
  CHECK(history.answers.size() == 2);
}

TEST_CASE("a survey finds the questions that steady power and chips will ask", "[fleet]") {
  World world = ten_servers();
  world.deliveries = {worlds::delivery(0, 5), worlds::delivery(1, 5)};
  const std::vector<step::Task> tasks{worlds::task()};
  step::Survey survey(tasks);
  fleet::play(world, tasks, survey);
  CHECK(survey.asked() == std::vector<step::Question>{{0, 5}, {0, 10}});
}

}  // namespace trainyard::fleet
