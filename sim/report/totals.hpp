// Sums over the horizon of a result: what the tables print and what variants are compared by.
#pragma once

#include <string>

#include "report/view.hpp"

namespace trainyard::report {

// Of one kind of chip at one site, over the horizon.
struct PlaceTotals {
  double chips = 0;        // at the end, those that have arrived and not retired
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
  double chip_days = 0;  // of the owner's chips since they arrived
  double idle_days = 0;  // of these, not busy
};
OwnerTotals owner_totals(const View& view, std::size_t variant, std::size_t owner);

// Chip-seconds at a site since the chips arrived, and of these such as went to a use.
double chip_time(const View& view, std::size_t variant, std::size_t site);
double chip_time(const View& view, std::size_t variant, std::size_t site, std::size_t use);

// Of the jobs that were submitted. Seconds; NaN where there are none to take it from.
struct WorkloadTotals {
  double jobs = 0;
  double finished = 0;
  double mean_wait = 0;  // for chips, of jobs that started
  double median_wait = 0;
  double p99_wait = 0;
  double mean_completion = 0;  // from submission to the end, of jobs that finished
  double makespan = 0;         // from the first submission to the last end
};
WorkloadTotals workload_totals(const View& view, std::size_t variant, const std::string& workload);

// Whether a chip has arrived and not retired.
bool present(std::size_t state);

}  // namespace trainyard::report
