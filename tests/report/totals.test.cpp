#include "report/totals.hpp"

#include <catch2/catch.hpp>

#include "report/fleets.hpp"

namespace trainyard::report {

TEST_CASE("totals of a place are integrals over the horizon, the shorter last bin included",
          "[report]") {
  const Dataset dataset = result({austin()});
  const PlaceTotals totals = place_totals(View(dataset), 0, 0, 0);
  CHECK(totals.chips == 16000);
  CHECK(totals.in_storage == 0);
  CHECK(totals.ready == 16000);
  CHECK(totals.stored_days == Approx(31 * 8000).epsilon(1e-12));
  CHECK(totals.ready_days == Approx(31 * 8000 + 14.5 * 16000).epsilon(1e-12));
  CHECK(totals.busy_days < totals.ready_days);
  CHECK_FALSE(totals.none());
  double samples = 0;
  for (const double job : std::get<std::vector<double>>(
           std::find_if(dataset.variables.begin(), dataset.variables.end(),
                        [](const Variable& one) { return one.name == "job_samples"; })
               ->values)) {
    samples += job;
  }
  CHECK(totals.work == Approx(1e12 * samples).epsilon(1e-9));
}

TEST_CASE("totals do not depend on the length of the bins", "[report]") {
  fleet::World coarse = austin();
  coarse.bin = worlds::days(400);  // one bin
  const Dataset by_day = result({austin()});
  const Dataset at_once = result({coarse});
  const PlaceTotals fine = place_totals(View(by_day), 0, 0, 0);
  const PlaceTotals whole = place_totals(View(at_once), 0, 0, 0);
  CHECK(whole.work == Approx(fine.work).epsilon(1e-9));
  CHECK(whole.stored_days == Approx(fine.stored_days).epsilon(1e-9));
  CHECK(site_totals(View(at_once), 0, 0).energy ==
        Approx(site_totals(View(by_day), 0, 0).energy).epsilon(1e-9));
}

TEST_CASE("totals of a site are peak, limit, energy and cost", "[report]") {
  const Dataset dataset = result({austin()});
  const SiteTotals totals = site_totals(View(dataset), 0, 0);
  CHECK(totals.peak_power == Approx(20e6).epsilon(1e-12));
  CHECK(totals.limit == Approx(20e6).epsilon(1e-12));
  CHECK(totals.cost == Approx(totals.energy * 0.06 / 3.6e6).epsilon(1e-12));
}

TEST_CASE("totals of an owner are the work of its jobs and the days of its chips", "[report]") {
  const Dataset dataset = result({austin()});
  const OwnerTotals tesla = owner_totals(View(dataset), 0, 0);
  const OwnerTotals xai = owner_totals(View(dataset), 0, 1);
  CHECK(tesla.chip_days == Approx(45.5 * 16000).epsilon(1e-12));
  CHECK(xai.chip_days == 0);
  CHECK(xai.work == Approx(1600 * 864000e12).epsilon(1e-9));
  CHECK(tesla.idle_days >= 31 * 8000);
}

TEST_CASE("a place without chips has no totals", "[report]") {
  fleet::World world = austin();
  world.sites.push_back(worlds::site("memphis"));
  const Dataset dataset = result({world});
  CHECK(place_totals(View(dataset), 0, 1, 0).none());
}

}  // namespace trainyard::report
