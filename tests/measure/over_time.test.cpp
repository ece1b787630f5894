#include "measure/over_time.hpp"

#include <catch2/catch.hpp>

#include "measure/fleet_tables.hpp"
#include "support/histories.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using support::reals;
using support::texts;
using worlds::broken_once;
using worlds::day;
using worlds::hours;
using worlds::Played;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

Dataset tables(const Played& played) {
  return fleet_tables(std::vector{played.world}, std::vector{played.history});
}

// Over daily bins.
double integral(const Dataset& dataset, const std::string& name) {
  double sum = 0;
  for (const double value : reals(dataset, name)) sum += value * 86400;
  return sum;
}

}  // namespace

TEST_CASE("work is spread evenly over computing time, none while a failure is unnoticed",
          "[measure]") {
  const Dataset dataset = tables(broken_once());
  // 30 hours of training in the 34 from noon of day 4 to two hours before the end of day 5.
  const double share = 30 / 34.;
  CHECK(reals(dataset, "samples_per_second")[4] == Approx(7 * share * 12 / 24));
  CHECK(reals(dataset, "samples_per_second")[5] == Approx(7 * share * 22 / 24));
  CHECK(reals(dataset, "samples_per_second")[7] == Approx(7));
}

TEST_CASE("tokens are rate times productive time, and goodput what of it was kept", "[measure]") {
  const Dataset dataset = tables(broken_once());
  CHECK(integral(dataset, "tokens_per_second") == Approx(700 * hours(54).value()));
  CHECK(integral(dataset, "goodput_tokens_per_second") == Approx(700 * hours(48).value()));
  CHECK(integral(dataset, "goodput_samples_per_second") ==
        Approx(reals(dataset, "job_samples").front()));
  CHECK(integral(dataset, "job_samples_per_second") ==
        Approx(reals(dataset, "job_samples").front() + reals(dataset, "job_lost_samples").front()));
  CHECK(integral(dataset, "goodput_model_flop_rate") == Approx(7e14 * hours(48).value()));
}

TEST_CASE("jobs of known duration add no throughput", "[measure]") {
  Played played = broken_once();
  for (fleet::Allocation& one : played.history.allocations) one.answer = fleet::none;
  const Dataset dataset = tables(played);
  CHECK(integral(dataset, "samples_per_second") == 0);
  CHECK(integral(dataset, "goodput_model_flop_rate") == 0);
}

TEST_CASE("clocks are means over the bin, the usual one where nothing is said", "[measure]") {
  Played played = broken_once();
  played.world.sites.push_back(worlds::site("memphis"));
  played.history.power = {{.time = day(1.5), .site = 1, .clock = 0.8},
                          {.time = day(3), .site = 1, .clock = 1}};
  const Reals clocks = reals(tables(played), "clock");  // [time, site]
  CHECK(clocks[2 * 1] == 1);
  CHECK(clocks[2 * 0 + 1] == 1);
  CHECK(clocks[2 * 1 + 1] == Approx(0.9));
  CHECK(clocks[2 * 2 + 1] == Approx(0.8));
  CHECK(clocks[2 * 3 + 1] == Approx(1));
}

TEST_CASE("stores tell their load and writes by site", "[measure]") {
  Played played = broken_once();
  played.history.stores = {{.time = day(1), .written = BytesPerSecond(4e9), .load = 0.5},
                           {.time = day(1.25), .written = BytesPerSecond(0), .load = 0}};
  const Dataset dataset = tables(played);
  CHECK(reals(dataset, "store_load")[1] == Approx(0.125));
  CHECK(reals(dataset, "store_written")[1] == Approx(1e9));
  CHECK(reals(dataset, "store_written")[2] == 0);
}

TEST_CASE("links tell their traffic and how long they were up", "[measure]") {
  Played played = broken_once();
  played.world.wan = {{.name = "north"}, {.name = "south"}};
  played.history.links = {{.time = day(0), .link = 1, .used = BytesPerSecond(1e9)},
                          {.time = day(1.75), .link = 1, .up = false},
                          {.time = day(2), .link = 1}};
  const Dataset dataset = tables(played);
  CHECK(texts(dataset, "link") == Texts{"north", "south"});
  CHECK(reals(dataset, "wan_used")[2 * 1 + 1] == Approx(0.75e9));
  CHECK(reals(dataset, "wan_up")[2 * 1 + 1] == Approx(0.75));
  CHECK(reals(dataset, "wan_up")[2 * 1] == 1);
  CHECK(reals(dataset, "wan_up")[2 * 2 + 1] == 1);
}

}  // namespace trainyard::measure
