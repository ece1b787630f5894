#include "fleet/without.hpp"

#include <catch2/catch.hpp>

#include "fleet/play.hpp"
#include "support/random_worlds.hpp"

namespace trainyard::fleet {
namespace {

using worlds::day;
using worlds::days;

History play(const World& world) {
  const auto tasks = worlds::random_tasks();
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

// Ten servers of Tesla's in Austin; four go to xAI in Memphis on day 3.
World diverted() {
  World world = worlds::world(10);
  world.sites.push_back(worlds::site("memphis"));
  world.deliveries = {worlds::delivery(1, 10)};
  Move move;
  move.name = "diverted";
  move.nodes = 4;
  move.at = day(3);
  move.site = 1;
  move.owner = 1;
  move.transit = days(1);
  world.moves = {move};
  return world;
}

}  // namespace

TEST_CASE("without an owner its deliveries are not there, and what it gave away is", "[fleet]") {
  const World less = without(diverted(), 0);
  const History history = play(less);
  CHECK(worlds::chips(history, ChipState::powered, day(2), 0) == 0);
  CHECK(worlds::chips(history, ChipState::powered, day(3.5), 1) == 0);
  CHECK(worlds::chips(history, ChipState::powered, day(4), 1) == 32);
  REQUIRE(less.deliveries.size() == 1);
  CHECK(less.deliveries[0].owner == 1);
  CHECK(less.moves.empty());
}

TEST_CASE("without an owner, what it was given goes out of the world then", "[fleet]") {
  const World less = without(diverted(), 1);
  const History history = play(less);
  CHECK(worlds::chips(history, ChipState::powered, day(2), 0) == 80);
  CHECK(worlds::chips(history, ChipState::powered, day(3), 0) == 48);
  CHECK(worlds::chips(history, ChipState::powered, day(9), 1) == 0);
}

TEST_CASE("without an owner other moves go on", "[fleet]") {
  World world = diverted();
  world.owners.push_back("nobody");
  world.moves[0].owner = 0;
  world.deliveries.insert(world.deliveries.begin(), worlds::delivery(1, 3));
  world.deliveries[0].owner = 2;
  world.moves[0].delivery = 1;
  const World less = without(world, 2);
  REQUIRE(less.moves.size() == 1);
  CHECK(less.moves[0].delivery == 0);
  CHECK(worlds::chips(play(less), ChipState::powered, day(5), 1) == 32);
}

TEST_CASE("without an owner no chip is ever its own", "[fleet][law]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const World world = worlds::random_world(seed);
    for (std::size_t owner = 0; owner < world.owners.size(); ++owner) {
      for (const ChipChange& change : play(without(world, owner)).chips) {
        if (change.owner != owner) continue;
        for (std::size_t state = 0; state < chip_states; ++state) CHECK(change.chips[state] == 0);
      }
    }
  }
}

}  // namespace trainyard::fleet
