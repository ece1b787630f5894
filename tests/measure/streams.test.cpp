#include "measure/streams.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "fleet/play.hpp"
#include "fleet/without.hpp"
#include "measure/fleet_tables.hpp"
#include "support/random_worlds.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using fleet::History;
using fleet::Stream;
using fleet::World;
using support::reals;
using support::texts;
using worlds::day;
using worlds::days;
using Reals = std::vector<double>;

constexpr double year = 365.25 * 86400;

History play(const World& world) {
  const auto tasks = worlds::random_tasks();
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

Dataset tables(const World& world, std::span<const Marginal> marginals = {}) {
  return fleet_tables(
      std::vector{world}, std::vector{play(world)},
      [](const fleet::Job&, const fleet::Option&, StepRow&) {}, marginals);
}

Stream full_self_driving() {
  return {.name = "fsd", .from = day(0), .subscribers = 1000, .price = Usd(99)};
}

// Tesla's ten servers and five of xAI's train a job of Tesla's; what it drives is sold from day 0.
World shared(fleet::Sharing::Rule rule = fleet::Sharing::Rule::equal) {
  World world = worlds::world(10);
  world.deliveries = {worlds::delivery(0, 10), worlds::delivery(0, 5)};
  world.deliveries[1].owner = 1;
  world.jobs = {worlds::job("fsd")};
  world.money.streams = {full_self_driving()};
  world.money.streams[0].dependence = {{1, 0.2}};
  world.money.sharing = {rule, {0, 1}, {0}, "press report 2024-09, denied"};
  return world;
}

constexpr double pot = 1000.0 * 99 * 12 * 10 * 86400 / year;

}  // namespace

TEST_CASE("subscribers pay every month, by the day", "[measure]") {
  const Stream stream = full_self_driving();
  const Instant end = day(0) + Seconds(year);
  CHECK(revenue(stream, day(0), day(0), end).value() == Approx(12 * 99e3).epsilon(1e-12));
  CHECK(revenue(stream, day(1), day(0), day(2)).value() ==
        Approx(12 * 99e3 * 86400 / year).epsilon(1e-12));
  CHECK(revenue(stream, day(3), day(0), day(2)).value() == 0);
}

TEST_CASE("subscribers grow by the same factor every year", "[measure]") {
  Stream stream = full_self_driving();
  stream.growth = 1.5;
  const Instant end = day(0) + Seconds(2 * year);
  CHECK(revenue(stream, day(0), day(0), end).value() ==
        Approx(12 * 99e3 * (1.5 * 1.5 - 1) / std::log(1.5)).epsilon(1e-12));
}

TEST_CASE("who pays once pays when joining", "[measure]") {
  Stream stream = full_self_driving();
  stream.per = Stream::Per::once;
  stream.price = Usd(8000);
  const Instant end = day(0) + Seconds(year);
  CHECK(revenue(stream, day(0), day(0), end).value() == Approx(8e6).epsilon(1e-12));
  CHECK(revenue(stream, day(0), day(1), end).value() == 0);
  stream.growth = 1.5;
  CHECK(revenue(stream, day(0), day(0), end).value() == Approx(12e6).epsilon(1e-12));
  stream.growth = 0.5;
  CHECK(revenue(stream, day(0), day(0), end).value() == Approx(8e6).epsilon(1e-12));
}

TEST_CASE("a stream ends, and begins with the end of a job where it waits for one", "[measure]") {
  World world = shared();
  world.money.streams[0].until = day(4);
  CHECK(reals(tables(world), "owner_revenue")[0] == Approx(pot * 0.4).epsilon(1e-12));
  world.money.streams[0] = full_self_driving();
  world.money.streams[0].from.reset();
  world.money.streams[0].after = 0;
  CHECK(reals(tables(world), "owner_revenue")[0] == 0);
  world.jobs[0].target_samples = 120.0 * 5 * 86400;
  world.jobs[0].restart = Seconds(0);
  const Dataset dataset = tables(world);
  const double finished = (reals(dataset, "job_finished")[0] - day(0).value()) / 86400;
  CHECK(reals(dataset, "owner_revenue")[0] == Approx(pot * (10 - finished) / 10).epsilon(1e-9));
  CHECK(reals(dataset, "stream_revenue")[4] == 0);
  CHECK(reals(dataset, "stream_revenue")[9] == Approx(pot / 10).epsilon(1e-12));
}

TEST_CASE("payouts by every rule stand side by side and sum to the revenue", "[measure]") {
  const Dataset dataset = tables(shared());
  CHECK(texts(dataset, "share_rule") ==
        std::vector<std::string>{"equal", "contribution", "dependence"});
  const Reals payout = reals(dataset, "payout");  // [owner, rule]
  CHECK(payout[0] == Approx(pot / 2).epsilon(1e-12));
  CHECK(payout[3] == Approx(pot / 2).epsilon(1e-12));
  CHECK(payout[1] == Approx(pot * 2 / 3).epsilon(1e-12));
  CHECK(payout[4] == Approx(pot / 3).epsilon(1e-12));
  CHECK(payout[2] == Approx(pot * 0.8).epsilon(1e-12));
  CHECK(payout[5] == Approx(pot * 0.2).epsilon(1e-12));
}

TEST_CASE("where nobody contributed the seller keeps all", "[measure]") {
  World world = shared();
  world.jobs.clear();
  const Reals payout = reals(tables(world), "payout");
  CHECK(payout[1] == Approx(pot).epsilon(1e-12));
  CHECK(payout[4] == 0);
}

TEST_CASE("payouts carry the hypothesis that they rest on", "[measure]") {
  const Dataset dataset = tables(shared());
  CHECK(support::variable(dataset, "payout")
            .description.find("HYPOTHESIS (press report 2024-09, denied)") == 0);
  CHECK(texts(dataset, "share_hypothesis") ==
        std::vector<std::string>{"press report 2024-09, denied"});
  CHECK(texts(dataset, "share_rule_chosen") == std::vector<std::string>{"equal"});
}

TEST_CASE("nothing is shared where nothing is sold", "[measure]") {
  World world = shared();
  world.money.sharing.reset();
  CHECK_FALSE(support::has(tables(world), "payout"));
  CHECK(support::has(tables(world), "stream_revenue"));
  world.money.streams.clear();
  CHECK_FALSE(support::has(tables(world), "stream_revenue"));
}

TEST_CASE("shares by marginal work are those of what would be missing", "[measure]") {
  const World world = shared(fleet::Sharing::Rule::marginal);
  const World no_tesla = fleet::without(world, 0);
  const World no_xai = fleet::without(world, 1);
  const History without_tesla = play(no_tesla);
  const History without_xai = play(no_xai);
  const std::vector<Marginal> marginals{{0, &no_tesla, &without_tesla}, {1, &no_xai, &without_xai}};
  const Dataset dataset = tables(world, marginals);
  CHECK(texts(dataset, "share_rule").back() == "marginal");
  const Reals payout = reals(dataset, "payout");
  CHECK(payout[3] ==
        Approx(pot * 2 / 3).epsilon(1e-3));  // the job restarts once, whatever its size
  CHECK(payout[3] + payout[7] == Approx(pot).epsilon(1e-12));
  const double seconds = 10 * 86400 - 600;
  CHECK(reals(dataset, "marginal_work")[1] == Approx(40e12 * seconds).epsilon(1e-2));
}

}  // namespace trainyard::measure
