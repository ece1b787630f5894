// Sums over the horizon of a result: what the tables print and what variants are compared by.
#pragma once

#include <string>

#include "report/view.hpp"

namespace trainyard::report {

// Of one kind of chip at one site, over the horizon.
struct PlaceTotals {
  double chips = 0;        // at the end
  double in_storage = 0;   // at the end
  double ready = 0;        // at the end, powered or busy
  double stored_days = 0;  // chip-days in storage
  double busy_days = 0;    // chip-days of computing
  double ready_days = 0;   // chip-days with power
  double work = 0;         // model FLOP

  [[nodiscard]] bool none() const { return chips == 0 && stored_days == 0 && ready_days == 0; }
};
PlaceTotals place_totals(const View& view, std::size_t variant, std::size_t site,
                         std::size_t accelerator);

struct SiteTotals {
  double peak_power = 0;  // W, of all bins
  double limit = 0;       // W, of the last bin
  double energy = 0;      // J
  double cost = 0;        // USD
};
SiteTotals site_totals(const View& view, std::size_t variant, std::size_t site);

struct OwnerTotals {
  double work = 0;       // model FLOP of the owner's jobs
  double chip_days = 0;  // of the owner's chips
  double idle_days = 0;  // of these, not busy
};
OwnerTotals owner_totals(const View& view, std::size_t variant, std::size_t owner);

}  // namespace trainyard::report
