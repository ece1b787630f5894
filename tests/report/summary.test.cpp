#include "report/summary.hpp"

#include <catch2/catch.hpp>

#include "report/fleets.hpp"
#include "report/totals.hpp"
#include "support/histories.hpp"

namespace trainyard::report {
namespace {

std::string differences(const std::string& text) {
  return text.substr(text.find("== differences"));
}

// The tests of the ledger look at the rest.
std::string above_ledger(const std::string& text) {
  return text.substr(0, text.find("== money and chips"));
}

}  // namespace

// 10 MW for 31 days and 20 MW for 14.5 days are 14.4 GWh; 8,000 chips and then 16,000 at 1 TFLOP/s
// are 10.5 PFLOP/s in the mean; 8,000 wait in storage for 31 days.
TEST_CASE("a fleet's summary is its places, sites and jobs", "[report]") {
  CHECK(above_ledger(fleet_summary(result({austin()}), "")) ==
        R"(site    chip       chips  in storage  powered   busy  PFLOP/s  stored chip-days
austin  h100_sxm  16,000           0   16,000  100 %     10.5           248,000

site    power peak MW  limit MW  energy GWh  energy MUSD
austin           20.0      20.0        14.4          0.9

chip-hours      austin
all         17,472,000
storage         34.1 %
idle           < 0.1 %
starting       < 0.1 %
undivided       65.9 %

job      site    started     finished     samples    tokens  of target
optimus  austin  2024-01-01  2024-01-11  1.38e+09  2.83e+12      100 %
fsd      austin  2024-01-01  -           4.01e+10   8.2e+13          -

)");
}

TEST_CASE("variants end with their differences from the baseline", "[report]") {
  CHECK(above_ledger(fleet_summary(result(variants()), "keep")) ==
        R"(== keep

site    chip       chips  in storage  powered   busy  PFLOP/s  stored chip-days
austin  h100_sxm  16,000           0   16,000  100 %     10.5           248,000

site    power peak MW  limit MW  energy GWh  energy MUSD
austin           20.0      20.0        14.4          0.9

chip-hours      austin
all         17,472,000
storage         34.1 %
idle           < 0.1 %
starting       < 0.1 %
undivided       65.9 %

job      site    started     finished     samples    tokens  of target
optimus  austin  2024-01-01  2024-01-11  1.38e+09  2.83e+12      100 %
fsd      austin  2024-01-01  -           4.01e+10   8.2e+13          -

idle chips  austin
2024-01       50 %
2024-02        0 %

== power late

site    chip       chips  in storage  powered  busy  PFLOP/s  stored chip-days
austin  h100_sxm  16,000       8,000    8,000   4 %      0.4           364,000

site    power peak MW  limit MW  energy GWh  energy MUSD
austin            4.0      10.0         3.1          0.2

chip-hours      austin
all         17,472,000
storage         50.0 %
idle            47.8 %
starting       < 0.1 %
undivided        2.2 %

job      site    started     finished     samples    tokens  of target
optimus  austin  2024-01-01  2024-01-11  1.38e+09  2.83e+12      100 %

idle chips  austin
2024-01       97 %
2024-02      100 %

== differences (ZFLOP: useful work trained)

variant     ZFLOP   change  stored chip-days   change   GWh   change
keep           41     base           248,000     base  14.4     base
power late      1  -96.7 %           364,000  +46.8 %   3.1  -78.5 %

variant     owner  ZFLOP    change  own chip-days  idle
keep        tesla     40      base        728,000  34 %
            xai        1      base              0     -
power late  tesla      0  -100.0 %        728,000  98 %
            xai        1         =              0     -

)");
}

TEST_CASE(
    "the baseline may be any variant; ten times as much is told as a factor, something from "
    "nothing as new",
    "[report]") {
  const std::string text = fleet_summary(result(variants()), "power late");
  CHECK(differences(above_ledger(text)) ==
        R"(== differences (ZFLOP: useful work trained)

variant     ZFLOP  change  stored chip-days   change   GWh    change
keep           41   x30.0           248,000  -31.9 %  14.4  +365.9 %
power late      1    base           364,000     base   3.1      base

variant     owner  ZFLOP  change  own chip-days  idle
keep        tesla     40     new        728,000  34 %
            xai        1       =              0     -
power late  tesla      0    base        728,000  98 %
            xai        1    base              0     -

)");
}

TEST_CASE("an unnamed baseline is the first variant", "[report]") {
  const Dataset dataset = result(variants());
  CHECK(fleet_summary(dataset, "") == fleet_summary(dataset, "keep"));
}

TEST_CASE("sites without chips are left out of the places, jobs that never start are told",
          "[report]") {
  fleet::World world = worlds::world(2);
  world.sites = {worlds::site("austin"), worlds::site("memphis", {worlds::phase(30, Watts(1e6))})};
  world.deliveries = {worlds::delivery(0, 1)};
  world.jobs = {worlds::job("late")};
  world.jobs[0].from = worlds::day(3);
  world.jobs[0].target_samples = 1e6;
  world.jobs[0].tokens_per_sample = 0;
  CHECK(above_ledger(fleet_summary(result({world}), "")) ==
        R"(site    chip      chips  in storage  powered  busy  PFLOP/s  stored chip-days
austin  h100_sxm      8           0        8   0 %      0.0                 0

site    power peak MW  limit MW  energy GWh  energy MUSD
austin            0.0  no limit         0.0          0.0

chip-hours   austin
all             384
idle        100.0 %

job   site    started  finished  samples  tokens  of target
late  austin  -        -               0       -        0 %

)");
}

// Of 8 in 10 steps like the one measured, the fastest took 0.8 and the slowest 1.25 of the time.
TEST_CASE("throughput carries the band of its steps where like ones were measured", "[report]") {
  const worlds::Played played = worlds::broken_once();
  const Dataset dataset = measure::fleet_tables(
      std::vector{played.world}, std::vector{played.history},
      [](const fleet::Job&, const fleet::Option&, measure::StepRow& row) {
        row.band = {.family = "h100_sxm", .of = {.low = 0.8, .middle = 1, .high = 1.25}};
      });
  const std::string text = fleet_summary(dataset, "");
  CHECK_THAT(text, Catch::Contains("  of target  8 of 10 within\n"));
  CHECK_THAT(text, Catch::Contains("  -20 % to +25 %\n"));
}

TEST_CASE("jobs of known duration have no samples to tell", "[report]") {
  fleet::World world = worlds::world(2);
  world.deliveries = {worlds::delivery(0, 1)};
  world.jobs = {worlds::timed_job("timed", 8, worlds::hours(3))};
  CHECK_THAT(
      fleet_summary(result({world}), ""),
      Catch::Contains("timed  austin  2024-01-01  2024-01-01        -       -          -\n"));
}

TEST_CASE("chips that are on their way or have gone are not counted", "[report]") {
  fleet::World world = worlds::world(12);
  fleet::History history;
  history.chips = worlds::life_of_16();
  const auto chips = [&] {
    const Dataset dataset = measure::fleet_tables(std::vector{world}, std::vector{history});
    return place_totals(View(dataset), 0, 0, 0).chips;
  };
  world.deliveries = {worlds::delivery(1, 2)};
  CHECK(chips() == 0);
  history.chips.pop_back();
  CHECK(chips() == 16);
}

TEST_CASE("a fleet of one bin has a summary like any other", "[report]") {
  fleet::World world = austin();
  world.bin = worlds::days(100);
  const std::string text = fleet_summary(result({world}), "");
  CHECK(text.find("10.5           248,000\n") != std::string::npos);
  CHECK(text.find("nan") == std::string::npos);
}

}  // namespace trainyard::report
