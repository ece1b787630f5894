#include "measure/failures.hpp"

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

}  // namespace

TEST_CASE("events are counted by component over time, and those that hit a job", "[measure]") {
  const Dataset dataset = tables(broken_once());
  CHECK(texts(dataset, "component") == Texts{"GPU", "network"});
  const Reals& all = reals(dataset, "breakdowns");  // [time, component]
  const Reals& hits = reals(dataset, "interruptions");
  CHECK(all[2 * 5] == 1);
  CHECK(hits[2 * 5] == 1);
  CHECK(all[2 * 9] == 1);
  CHECK(all[2 * 9 + 1] == 1);
  CHECK(hits[2 * 9] == 0);
}

TEST_CASE("a cause tells its events, those that hit jobs, and what these lost", "[measure]") {
  const Dataset dataset = tables(broken_once());
  CHECK(texts(dataset, "cause") == Texts{"hbm", "optics", "xid"});
  CHECK(texts(dataset, "cause_component") == Texts{"GPU", "network", "GPU"});
  CHECK(reals(dataset, "cause_events") == Reals{1, 1, 1});
  CHECK(reals(dataset, "cause_interruptions") == Reals{1, 0, 0});
  CHECK(reals(dataset, "cause_lost") == Reals{7 * hours(6 + 2).value(), 0, 0});
}

TEST_CASE("work lost from before a change of rate counts with the failure", "[measure]") {
  Played played = broken_once();
  fleet::Allocation before = played.history.allocations.front();
  before.start = before.computing = day(3.5);
  before.end = day(4);
  before.productive = hours(12);
  before.lost = hours(1);
  before.unnoticed = before.pauses = Seconds(0);
  before.cause = fleet::none;
  before.ending = fleet::Ending::clock;
  played.history.allocations.insert(played.history.allocations.begin(), before);
  CHECK(reals(tables(played), "cause_lost")[0] == 7 * hours(6 + 2 + 1).value());
  played.history.allocations.front().ending = fleet::Ending::power;
  CHECK(reals(tables(played), "cause_lost")[0] == 7 * hours(6 + 2).value());
}

}  // namespace trainyard::measure
