#include "measure/energy_price.hpp"

#include <catch2/catch.hpp>

#include "support/worlds.hpp"

namespace trainyard::measure {
namespace {

using worlds::day;
using worlds::hours;

// 1 USD/J, and 3 from 22:00 to 06:00 local time, which is six hours behind UTC.
fleet::World nightly() {
  fleet::World world = worlds::world();
  world.sites[0].place.energy_price = UsdPerJoule(1);
  fleet::SiteMoney money;
  money.utc_offset = -6;
  money.hours = {{"night", 22, 6, UsdPerJoule(3)}};
  world.money.sites = {money};
  return world;
}

}  // namespace

TEST_CASE("energy costs the site's price where no hours are given", "[measure]") {
  fleet::World world = worlds::world();
  world.sites[0].place.energy_price = UsdPerJoule(2);
  const EnergyPrice price(world, 0);
  CHECK(price.of_a_watt(day(3), day(3) + hours(5)).value() == Approx(2 * 5 * 3600).epsilon(1e-14));
  CHECK(price.of_a_watt(day(3), day(13.5)).value() == Approx(2 * 10.5 * 86400).epsilon(1e-14));
  CHECK(price.of_a_watt(day(3), day(3)).value() == 0);
}

TEST_CASE("prices by hour are those of the local clock, and go on over midnight", "[measure]") {
  const EnergyPrice price(nightly(), 0);
  const auto of = [&](double from_hour, double to_hour) {
    return price.of_a_watt(day(5) + hours(from_hour), day(5) + hours(to_hour)).value() / 3600;
  };
  CHECK(of(0, 4) == Approx(4).epsilon(1e-14));    // 18:00 to 22:00
  CHECK(of(4, 12) == Approx(24).epsilon(1e-14));  // 22:00 to 06:00
  CHECK(of(12, 13) == Approx(1).epsilon(1e-14));  // from 06:00
  CHECK(of(3.5, 4.25) == Approx(0.5 + 0.75).epsilon(1e-14));
  CHECK(of(0, 24) == Approx(16 + 24).epsilon(1e-14));
  CHECK(of(-7, 17 + 240) == Approx(11 * 40).epsilon(1e-14));
  CHECK(of(5, 5 + 48) == Approx(80).epsilon(1e-14));
}

TEST_CASE("prices add up over any division of the time", "[measure]") {
  const EnergyPrice price(nightly(), 0);
  double parts = 0;
  for (double hour = 0; hour < 100; hour += 0.7) {
    parts += price.of_a_watt(day(1) + hours(hour), day(1) + hours(hour + 0.7)).value();
  }
  CHECK(parts == Approx(price.of_a_watt(day(1), day(1) + hours(100.1)).value()).epsilon(1e-9));
}

TEST_CASE("a price may hold from an hour to the end of the day", "[measure]") {
  fleet::World world = nightly();
  world.money.sites[0].utc_offset = 0;
  world.money.sites[0].hours = {{"late", 20, 24, UsdPerJoule(2)}, {"early", 0, 1, UsdPerJoule(0)}};
  const EnergyPrice price(world, 0);
  CHECK(price.of_a_watt(day(0), day(1)).value() == Approx((19 + 8) * 3600).epsilon(1e-14));
}

}  // namespace trainyard::measure
