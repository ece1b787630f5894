#include "report/totals.hpp"

#include <algorithm>

#include "fleet/history.hpp"

namespace trainyard::report {
namespace {

constexpr double day = 86400;

std::size_t index(fleet::ChipState state) {
  return static_cast<std::size_t>(state);
}

}  // namespace

PlaceTotals place_totals(const View& view, std::size_t variant, std::size_t site,
                         std::size_t accelerator) {
  PlaceTotals totals;
  const std::size_t bins = view.times().size();
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
    totals.chips =
        stored + ready + chips(fleet::ChipState::installing) + chips(fleet::ChipState::installed);
  }
  return totals;
}

SiteTotals site_totals(const View& view, std::size_t variant, std::size_t site) {
  SiteTotals totals;
  const std::size_t bins = view.times().size();
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
  for (std::size_t bin = 0; bin < view.times().size(); ++bin) {
    const double length = view.bin_length(bin);
    totals.work += view.at("owner_model_flop_rate", {variant, bin, owner}) * length;
    for (std::size_t state = 0; state < fleet::chip_states; ++state) {
      const double days = view.at("owner_chips", {variant, bin, owner, state}) * length / day;
      totals.chip_days += days;
      if (state != index(fleet::ChipState::busy)) totals.idle_days += days;
    }
  }
  return totals;
}

}  // namespace trainyard::report
