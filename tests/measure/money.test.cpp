#include "measure/money.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "fleet/play.hpp"
#include "measure/accounts.hpp"
#include "measure/fleet_tables.hpp"
#include "support/random_worlds.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using fleet::History;
using fleet::World;
using support::reals;
using worlds::day;
using worlds::days;
using Reals = std::vector<double>;

constexpr double year = 365.25 * 86400;

History play(const World& world) {
  const auto tasks = worlds::random_tasks();
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

Dataset tables(const std::vector<World>& worlds) {
  std::vector<History> histories;
  for (const World& world : worlds) histories.push_back(play(world));
  return fleet_tables(worlds, histories);
}

double sum(const Reals& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Of every `stride`-th value from `first` on.
double sum(const Reals& values, std::size_t first, std::size_t stride) {
  double all = 0;
  for (std::size_t i = first; i < values.size(); i += stride) all += values[i];
  return all;
}

// Ten days, ten servers of Tesla's for 200,000 USD each from day 0, ready at once.
World ten_days() {
  World world = worlds::world(10);
  world.nodes[0].price = Usd(200e3);
  world.sites[0].place.energy_price = UsdPerJoule(2e-8);
  world.deliveries = {worlds::delivery(0, 10)};
  world.jobs = {worlds::job("fsd")};
  return world;
}

constexpr double capex_a_day = 10 * 200e3 * 1.5 / year * 86400 / 5;

}  // namespace

TEST_CASE("chips are paid off in a straight line, with the system around them", "[measure]") {
  World world = ten_days();
  world.jobs.clear();
  Dataset dataset = tables({world});
  CHECK(sum(reals(dataset, "cost"), 0, 8) == Approx(10 * capex_a_day).epsilon(1e-12));
  CHECK(reals(dataset, "idle_capital")[0] == Approx(10 * capex_a_day).epsilon(1e-12));
  CHECK(reals(dataset, "cost")[0] == Approx(capex_a_day).epsilon(1e-12));
  world.money.residual = 0.25;
  world.money.system_factor = 3;
  world.money.amortisation = Seconds(10 * year);
  CHECK(sum(reals(tables({world}), "cost"), 0, 8) ==
        Approx(10 * capex_a_day * 0.75).epsilon(1e-12));
}

TEST_CASE("chips cost nothing before they arrive, nor once they are paid off", "[measure]") {
  World world = ten_days();
  world.jobs.clear();
  world.deliveries = {worlds::delivery(2.5, 10), worlds::delivery(-20, 10)};
  world.deliveries[0].ordered = day(1);
  world.deliveries[0].shipping = days(1);
  world.money.amortisation = days(24);
  const double daily = 10 * 200e3 * 1.5 / 24;
  const Reals cost = reals(tables({world}), "cost");
  for (std::size_t bin = 0; bin < 10; ++bin) {
    const double fresh = bin < 2 ? 0 : bin == 2 ? 0.5 : 1;
    const double old = bin < 4 ? 1 : 0;
    CHECK(cost[8 * bin] == Approx(daily * (fresh + old)).epsilon(1e-12).margin(1e-6));
  }
}

TEST_CASE("a move hands the cost of chips to the new owner, on the way too", "[measure]") {
  World world = ten_days();
  world.sites.push_back(worlds::site("memphis"));
  world.jobs.clear();
  fleet::Move move;
  move.name = "diverted";
  move.nodes = 4;
  move.at = day(3);
  move.site = 1;
  move.owner = 1;
  move.transit = days(2);
  move.install = days(1);
  world.moves = {move};
  const Reals cost = reals(tables({world}), "cost");
  for (std::size_t bin = 0; bin < 10; ++bin) {
    const double moved = bin < 3 ? 0 : 0.4;
    CHECK(cost[8 * bin] == Approx(capex_a_day * (1 - moved)).epsilon(1e-12));
    CHECK(cost[8 * bin + 4] == Approx(capex_a_day * moved).epsilon(1e-12).margin(1e-9));
  }
}

TEST_CASE("owners bear energy, rent and wages in proportion to planned draw", "[measure]") {
  World world = ten_days();
  world.deliveries.push_back(worlds::delivery(0, 30, 1));
  world.deliveries[1].owner = 1;
  world.jobs.clear();
  fleet::SiteMoney money;
  money.colocation = UsdPerJoule(1e-6);
  money.staff = UsdPerSecond(4);
  world.money.sites = {money};
  const Reals cost = reals(tables({world}), "cost");  // [time, owner, kind]
  // Day 0: Tesla's servers idle at 2 kW, those of xAI are being installed.
  CHECK(cost[1] == Approx(20e3 * 86400 * 2e-8).epsilon(1e-12));
  CHECK(cost[5] == 0);
  CHECK(cost[8 + 1] == Approx(20e3 * 86400 * 2e-8).epsilon(1e-12));
  CHECK(cost[8 + 5] == Approx(60e3 * 86400 * 2e-8).epsilon(1e-12));
  // 8 kW planned, whether it draws them or not.
  CHECK(cost[2] == Approx(80e3 * 86400 * 1e-6).epsilon(1e-12));
  CHECK(cost[6] == Approx(240e3 * 86400 * 1e-6).epsilon(1e-12));
  CHECK(cost[3] == Approx(86400).epsilon(1e-12));
  CHECK(cost[7] == Approx(3 * 86400).epsilon(1e-12));
}

TEST_CASE("energy follows the hours of the day into every cost", "[measure]") {
  World world = ten_days();
  world.bin = worlds::hours(7);
  fleet::SiteMoney money;
  money.utc_offset = -6;
  money.hours = {{"night", 22, 6, UsdPerJoule(6e-8)}};
  world.money.sites = {money};
  const Dataset dataset = tables({world});
  const double drawn = 80e3 * 10 * 86400 * (2e-8 * 16 + 6e-8 * 8) / 24;
  CHECK(sum(reals(dataset, "energy_cost")) == Approx(drawn).epsilon(1e-9));
  CHECK(sum(reals(dataset, "cost"), 1, 4) == Approx(drawn).epsilon(1e-9));
  CHECK(reals(dataset, "job_cost")[1] == Approx(drawn).epsilon(1e-9));
}

TEST_CASE("a job's sample costs what its chips cost while it held them", "[measure]") {
  World world = ten_days();
  world.jobs[0].restart = Seconds(0);
  world.jobs[0].checkpoint.every = days(1);
  world.jobs[0].from = day(4);
  const Dataset dataset = tables({world});
  const double samples = 80.0 * 6 * 86400;
  const double energy = 80e3 * 6 * 86400 * 2e-8;
  CHECK(reals(dataset, "job_samples")[0] == Approx(samples).epsilon(1e-9));
  CHECK(reals(dataset, "job_cost_per_sample")[0] ==
        Approx((6 * capex_a_day + energy) / samples).epsilon(1e-9));
  CHECK(reals(dataset, "job_cost_per_token")[0] ==
        Approx((6 * capex_a_day + energy) / samples / 2048).epsilon(1e-9));
  CHECK(reals(dataset, "job_cost_per_step")[0] ==
        Approx((6 * capex_a_day + energy) / samples * 80).epsilon(1e-9));
  const double idle = 4 * capex_a_day + 20e3 * 4 * 86400 * 2e-8;
  CHECK(reals(dataset, "job_cost_with_idle")[0] ==
        Approx(6 * capex_a_day + energy + idle).epsilon(1e-9));
  CHECK(reals(dataset, "idle_capital")[0] == Approx(4 * capex_a_day).epsilon(1e-9));
}

TEST_CASE("a job that trains nothing has no price for it", "[measure]") {
  World world = ten_days();
  world.deliveries.clear();
  CHECK(std::isnan(reals(tables({world}), "job_cost_per_sample")[0]));
}

TEST_CASE("the ledger says who lent chips to whom", "[measure]") {
  World world = ten_days();
  world.deliveries.push_back(worlds::delivery(0, 5));
  world.deliveries[1].owner = 1;
  world.jobs[0].owner = 1;  // of xAI, on the chips of both
  const Dataset dataset = tables({world});
  CHECK(reals(dataset, "used_chip_time") == Reals{0, 80 * 864000.0, 0, 40 * 864000.0});
  CHECK(reals(dataset, "ready_chip_time") == Reals{80 * 864000.0, 40 * 864000.0});
  CHECK(reals(dataset, "job_chip_time") == Reals{80 * 864000.0, 40 * 864000.0});
}

TEST_CASE("every dollar is borne once and goes to one use", "[measure][law]") {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    INFO("seed " << seed);
    World world = seed < 40 ? worlds::random_world(seed) : worlds::troubled_world(seed);
    worlds::Draw draw(seed);
    for (hardware::Node& node : world.nodes) {
      node.price = Usd(1e3 * static_cast<double>(draw.whole(0, 300)));
    }
    for (std::size_t s = 0; s < world.sites.size(); ++s) {
      fleet::SiteMoney money;
      money.utc_offset = static_cast<double>(draw.whole(-12, 12));
      money.hours = {{"some", static_cast<double>(draw.whole(0, 23)), 24, UsdPerJoule(1e-7)}};
      money.colocation = UsdPerJoule(1e-8 * static_cast<double>(draw.whole(0, 9)));
      money.staff = UsdPerSecond(0.01 * static_cast<double>(draw.whole(0, 9)));
      world.money.sites.push_back(money);
    }
    world.money.amortisation = days(static_cast<double>(draw.whole(10, 3000)));
    const History history = play(world);
    const Dataset dataset = fleet_tables(std::vector{world}, std::vector{history});
    const double all = sum(reals(dataset, "cost"));
    const auto same = [&](double value) { return Approx(value).epsilon(1e-9).margin(1e-6); };
    CHECK(sum(reals(dataset, "used_cost")) + sum(reals(dataset, "idle_cost")) == same(all));
    if (world.workloads.empty()) {  // their jobs have no row
      CHECK(sum(reals(dataset, "job_cost")) == same(sum(reals(dataset, "used_cost"))));
      CHECK(sum(reals(dataset, "job_chip_time")) == same(sum(reals(dataset, "used_chip_time"))));
    }
    CHECK(sum(reals(dataset, "cost"), 1, cost_kinds) == same(sum(reals(dataset, "energy_cost"))));
    for (const double idle : reals(dataset, "idle_cost")) CHECK(idle >= -1e-6);
    // What was busy by the yard's count is what the jobs had.
    const Reals& lengths = reals(dataset, "bin_length");
    const Reals& chips = reals(dataset, "owner_chips");
    const std::size_t busy = static_cast<std::size_t>(fleet::ChipState::busy);
    const std::size_t row = chips.size() / lengths.size();
    for (std::size_t owner = 0; owner < world.owners.size(); ++owner) {
      double time = 0;
      for (std::size_t bin = 0; bin < lengths.size(); ++bin) {
        time += chips[bin * row + owner * fleet::chip_states + busy] * lengths[bin];
      }
      double used = 0;
      for (std::size_t user = 0; user < world.owners.size(); ++user) {
        used += reals(dataset, "used_chip_time")[owner * world.owners.size() + user];
      }
      CHECK(used == same(time));
    }
  }
}

TEST_CASE("money of variants stands side by side", "[measure]") {
  World first = ten_days();
  first.variant = "as it was";
  World second = first;
  second.variant = "later";
  second.deliveries[0].arrives = day(5);
  const Dataset dataset = tables({first, second});
  CHECK(support::variable(dataset, "cost").dimensions ==
        std::vector<std::string>{"variant", "time", "owner", "cost_kind"});
  const Reals cost = reals(dataset, "cost");
  CHECK(cost[0] == Approx(capex_a_day).epsilon(1e-12));
  CHECK(cost[80] == 0);
  CHECK(cost[80 + 5 * 8] == Approx(capex_a_day).epsilon(1e-12));
}

}  // namespace trainyard::measure
