#include "measure/fleet_totals.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "measure/fleet_tables.hpp"
#include "support/histories.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using worlds::broken_once;
using worlds::ChipState;
using worlds::Played;

double total(const Dataset& dataset, const std::string& name) {
  return support::reals(dataset, name).front();
}

Dataset tables(const Played& played) {
  return fleet_tables(std::vector{played.world}, std::vector{played.history});
}

}  // namespace

TEST_CASE("a fleet's totals are shares of the time of its chips and its jobs", "[measure]") {
  Played played = broken_once();
  played.history.chips[4].chips[static_cast<std::size_t>(ChipState::powered)] = 4;
  played.history.chips[4].chips[static_cast<std::size_t>(ChipState::busy)] = 12;
  const Dataset dataset = tables(played);
  CHECK(total(dataset, "fleet_chip_time") == Approx(16 * 9 * 86400.));
  CHECK(total(dataset, "fleet_utilisation") == Approx(12 * 6 / (16 * 6 + 8.)));
  CHECK(total(dataset, "fleet_held") == Approx(32 / 144.));
  CHECK(total(dataset, "fleet_goodput") == Approx(7 * 0.4 * 1.9 / 144));
  CHECK(total(dataset, "fleet_ettr") == Approx(0.5));
  CHECK(total(dataset, "fleet_mean_queued") == Approx(1.5 * 86400));
}

TEST_CASE("an empty fleet has no shares", "[measure]") {
  const Played nothing{worlds::world(), {}};
  const Dataset dataset = tables(nothing);
  CHECK(total(dataset, "fleet_chip_time") == 0);
  for (const char* name :
       {"fleet_utilisation", "fleet_held", "fleet_goodput", "fleet_ettr", "fleet_mean_queued"}) {
    CHECK(std::isnan(total(dataset, name)));
  }
}

TEST_CASE("totals of variants stand side by side", "[measure]") {
  Played first = broken_once();
  first.world.variant = "first";
  Played second{worlds::world(12), {}};
  second.world.variant = "second";
  const Dataset dataset = fleet_tables(std::vector{first.world, second.world},
                                       std::vector{first.history, second.history});
  CHECK(support::reals(dataset, "fleet_chip_time")[0] == Approx(16 * 9 * 86400.));
  CHECK(support::reals(dataset, "fleet_chip_time")[1] == 0);
}

}  // namespace trainyard::measure
