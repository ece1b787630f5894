#include "report/totals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "fleet/history.hpp"

namespace trainyard::report {
namespace {

constexpr double day = 86400;

std::size_t index(fleet::ChipState state) {
  return static_cast<std::size_t>(state);
}

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double mean(const std::vector<double>& values) {
  if (values.empty()) return nothing;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The value below which a share of all lies, the next larger one where none lies there; of sorted
// values.
double quantile(const std::vector<double>& values, double share) {
  if (values.empty()) return nothing;
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace

bool present(std::size_t state) {
  return state != index(fleet::ChipState::ordered) && state != index(fleet::ChipState::shipping) &&
         state != index(fleet::ChipState::retired);
}

PlaceTotals place_totals(const View& view, std::size_t variant, std::size_t site,
                         std::size_t accelerator) {
  PlaceTotals totals;
  const std::size_t bins = view.bins();
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double length = view.bin_length(bin);
    const auto chips = [&](fleet::ChipState state) {
      return view.at("chips", {variant, bin, site, accelerator, index(state)});
    };
    const double stored = chips(fleet::ChipState::in_storage);
    const double busy = chips(fleet::ChipState::busy);
    const double ready = busy + chips(fleet::ChipState::powered);
    totals.stored_days += stored * length / day;
    totals.busy_days += busy * length / day;
    totals.ready_days += ready * length / day;
    totals.work += view.at("model_flop_rate", {variant, bin, site, accelerator}) * length;
    if (bin + 1 < bins) continue;
    totals.in_storage = stored;
    totals.ready = ready;
    for (std::size_t state = 0; state < fleet::chip_states; ++state) {
      if (present(state))
        totals.chips += view.at("chips", {variant, bin, site, accelerator, state});
    }
  }
  return totals;
}

SiteTotals site_totals(const View& view, std::size_t variant, std::size_t site) {
  SiteTotals totals;
  const std::size_t bins = view.bins();
  for (std::size_t bin = 0; bin < bins; ++bin) {
    totals.peak_power = std::max(totals.peak_power, view.at("power", {variant, bin, site}));
    totals.energy += view.at("energy", {variant, bin, site});
    totals.cost += view.at("energy_cost", {variant, bin, site});
    totals.limit = view.at("power_limit", {variant, bin, site});
  }
  return totals;
}

OwnerTotals owner_totals(const View& view, std::size_t variant, std::size_t owner) {
  OwnerTotals totals;
  for (std::size_t bin = 0; bin < view.bins(); ++bin) {
    const double length = view.bin_length(bin);
    totals.work += view.at("owner_model_flop_rate", {variant, bin, owner}) * length;
    for (std::size_t state = 0; state < fleet::chip_states; ++state) {
      if (!present(state)) continue;
      const double days = view.at("owner_chips", {variant, bin, owner, state}) * length / day;
      totals.chip_days += days;
      if (state != index(fleet::ChipState::busy)) totals.idle_days += days;
    }
  }
  return totals;
}

double chip_time(const View& view, std::size_t variant, std::size_t site, std::size_t use) {
  double sum = 0;
  for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
    sum += view.at("chip_time", {variant, use, site, a});
  }
  return sum;
}

double chip_time(const View& view, std::size_t variant, std::size_t site) {
  double sum = 0;
  for (std::size_t use = 0; use < view.names("use").size(); ++use) {
    sum += chip_time(view, variant, site, use);
  }
  return sum;
}

WorkloadTotals workload_totals(const View& view, std::size_t variant, const std::string& workload) {
  const std::vector<std::string>& workloads = view.texts("workload_job_workload");
  const std::vector<double>& submitted = view.reals("workload_job_submitted");
  const std::vector<double>& started = view.reals("workload_job_started");
  const std::vector<double>& finished = view.reals("workload_job_finished");
  const std::vector<double>& queued = view.reals("workload_job_queued");
  WorkloadTotals totals;
  std::vector<double> waits;
  std::vector<double> completions;
  double first = std::numeric_limits<double>::infinity();
  double last = nothing;
  for (const std::size_t i : view.rows("workload_job", variant)) {
    if (workloads[i] != workload || std::isnan(submitted[i])) continue;
    totals.jobs += 1;
    first = std::min(first, submitted[i]);
    if (!std::isnan(started[i])) waits.push_back(queued[i]);
    if (std::isnan(finished[i])) continue;
    completions.push_back(finished[i] - submitted[i]);
    last = std::fmax(last, finished[i]);
  }
  std::sort(waits.begin(), waits.end());
  totals.finished = static_cast<double>(completions.size());
  totals.mean_wait = mean(waits);
  totals.median_wait = quantile(waits, 0.5);
  totals.p99_wait = quantile(waits, 0.99);
  totals.mean_completion = mean(completions);
  totals.makespan = last - first;
  return totals;
}

}  // namespace trainyard::report
