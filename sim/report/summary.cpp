#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/date.hpp"
#include "fleet/history.hpp"
#include "report/fleet_parts.hpp"
#include "report/ledger.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "report/totals.hpp"
#include "report/view.hpp"

namespace trainyard::report {
namespace {

constexpr double nothing_drawn = 0;

std::string megawatts(double watts) {
  return std::isinf(watts) ? "no limit" : fmt::format("{:.1f}", watts / 1e6);
}

// Change from `base` to `now` in per cent, "=" where there is none.
std::string change(double now, double base) {
  if (now == base) return "=";
  if (base == 0) return "new";
  const double part = now / base - 1;
  return std::abs(part) >= 10 ? fmt::format("x{:.1f}", now / base)
                              : fmt::format("{:+.1f} %", part * 100);
}

double horizon_seconds(const View& view) {
  double sum = 0;
  for (std::size_t bin = 0; bin < view.bins(); ++bin) sum += view.bin_length(bin);
  return sum;
}

std::string by_place(const View& view, std::size_t variant) {
  TextTable table({"site", "chip", ">chips", ">in storage", ">powered", ">busy", ">PFLOP/s",
                   ">stored chip-days"});
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
      const PlaceTotals totals = place_totals(view, variant, s, a);
      if (totals.none()) continue;
      table.add({view.names("site")[s], view.names("accelerator")[a], grouped(totals.chips),
                 grouped(totals.in_storage), grouped(totals.ready),
                 whole_percent(totals.busy_days / totals.ready_days),
                 fmt::format("{:.1f}", totals.work / horizon_seconds(view) / 1e15),
                 grouped(totals.stored_days)});
    }
  }
  return table.text();
}

std::string by_site(const View& view, std::size_t variant) {
  TextTable table({"site", ">power peak MW", ">limit MW", ">energy GWh", ">energy MUSD"});
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    const SiteTotals totals = site_totals(view, variant, s);
    if (totals.peak_power <= nothing_drawn && totals.limit <= nothing_drawn) continue;
    table.add({view.names("site")[s], megawatts(totals.peak_power), megawatts(totals.limit),
               fmt::format("{:.1f}", totals.energy / 3.6e12),
               fmt::format("{:.1f}", totals.cost / 1e6)});
  }
  return table.text();
}

std::string moment(double seconds) {
  return std::isnan(seconds) ? "-" : date_text(Instant(std::floor(seconds / 86400) * 86400));
}

// How far throughput may be off, "-13 % to +25 %", by what measured steps of the like took.
std::string band_text(const View& view, std::size_t variant, std::size_t job) {
  const double low = view.at("job_rate_low", {variant, job});
  const double high = view.at("job_rate_high", {variant, job});
  if (std::isnan(low) || std::isnan(high)) return "";
  return fmt::format("{:+.0f} % to {:+.0f} %", (low - 1) * 100, (high - 1) * 100);
}

std::string by_job(const View& view, std::size_t variant) {
  struct Row {
    std::vector<std::string> cells;
    std::string band;
  };
  std::vector<Row> rows;
  bool with_bands = false;
  for (std::size_t j = 0; j < view.names("job").size(); ++j) {
    if (view.text("job_site", {variant, j}).empty()) continue;  // a job of other variants
    const bool trains = !view.text("job_model", {variant, j}).empty();
    const double samples = view.at("job_samples", {variant, j});
    const double tokens = samples * view.at("job_tokens_per_sample", {variant, j});
    rows.push_back({{view.names("job")[j], view.text("job_site", {variant, j}),
                     moment(view.at("job_started", {variant, j})),
                     moment(view.at("job_finished", {variant, j})),
                     trains ? fmt::format("{:.3g}", samples) : "-",
                     tokens > 0 ? fmt::format("{:.3g}", tokens) : "-",
                     whole_percent(samples / view.at("job_target_samples", {variant, j}))},
                    band_text(view, variant, j)});
    with_bands = with_bands || !rows.back().band.empty();
  }
  if (rows.empty()) return "";
  std::vector<std::string> headers{"job",      "site",    "started",   "finished",
                                   ">samples", ">tokens", ">of target"};
  if (with_bands) headers.emplace_back(">8 of 10 within");
  TextTable table(headers);
  for (Row& row : rows) {
    if (with_bands) row.cells.push_back(row.band.empty() ? "-" : row.band);
    table.add(std::move(row.cells));
  }
  return table.text();
}

struct Month {
  std::string name;
  std::vector<double> chips;  // [sites], chip-seconds
  std::vector<double> idle;   // of these, not computing
};

std::vector<Month> months(const View& view, std::size_t variant) {
  const std::size_t sites = view.names("site").size();
  const std::vector<double> times = view.times();
  std::vector<Month> months;
  for (std::size_t bin = 0; bin < times.size(); ++bin) {
    const std::string name = date_text(Instant(times[bin])).substr(0, 7);
    if (months.empty() || months.back().name != name) {
      months.push_back({name, std::vector<double>(sites), std::vector<double>(sites)});
    }
    for (std::size_t s = 0; s < sites; ++s) {
      for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
        for (std::size_t i = 0; i < fleet::chip_states; ++i) {
          if (!present(i)) continue;
          const double chips = view.at("chips", {variant, bin, s, a, i}) * view.bin_length(bin);
          months.back().chips[s] += chips;
          if (i != static_cast<std::size_t>(fleet::ChipState::busy)) months.back().idle[s] += chips;
        }
      }
    }
  }
  return months;
}

// Share of the chips at each site that do not compute, by month; months that read alike share a
// row.
std::string idle_by_month(const View& view, std::size_t variant) {
  struct Row {
    std::string first;
    std::string last;
    std::vector<std::string> cells;
  };
  std::vector<Row> rows;
  for (const Month& month : months(view, variant)) {
    std::vector<std::string> cells;
    for (std::size_t s = 0; s < month.chips.size(); ++s) {
      cells.push_back(month.chips[s] > 0 ? whole_percent(month.idle[s] / month.chips[s]) : "-");
    }
    if (rows.empty() || rows.back().cells != cells) rows.push_back({month.name, "", cells});
    rows.back().last = month.name;
  }
  std::vector<std::string> headers{"idle chips"};
  for (const std::string& site : view.names("site")) headers.push_back(">" + site);
  TextTable table(headers);
  for (Row& row : rows) {
    row.cells.insert(row.cells.begin(),
                     row.first == row.last ? row.first : row.first + " to " + row.last);
    table.add(std::move(row.cells));
  }
  return table.text();
}

std::string by_owner(const View& view, std::size_t base) {
  TextTable table({"variant", "owner", ">ZFLOP", ">change", ">own chip-days", ">idle"});
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
      const OwnerTotals totals = owner_totals(view, v, o);
      table.add({o == 0 ? view.variants()[v] : "", view.names("owner")[o],
                 grouped(totals.work / 1e21),
                 v == base ? "base" : change(totals.work, owner_totals(view, base, o).work),
                 grouped(totals.chip_days), whole_percent(totals.idle_days / totals.chip_days)});
    }
  }
  return table.text();
}

// What a variant comes to over all sites.
struct Whole {
  double work = 0;
  double stored_days = 0;
  double energy = 0;
  double cost = 0;
};

Whole whole(const View& view, std::size_t variant) {
  Whole sum;
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    const SiteTotals site = site_totals(view, variant, s);
    sum.energy += site.energy;
    sum.cost += site.cost;
    for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
      const PlaceTotals place = place_totals(view, variant, s, a);
      sum.work += place.work;
      sum.stored_days += place.stored_days;
    }
  }
  return sum;
}

std::string differences(const View& view, std::size_t base) {
  const Whole first = whole(view, base);
  TextTable table(
      {"variant", ">ZFLOP", ">change", ">stored chip-days", ">change", ">GWh", ">change"});
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    const Whole sum = whole(view, v);
    const auto against = [&](double now, double was) {
      return v == base ? "base" : change(now, was);
    };
    table.add({view.variants()[v], grouped(sum.work / 1e21), against(sum.work, first.work),
               grouped(sum.stored_days), against(sum.stored_days, first.stored_days),
               fmt::format("{:.1f}", sum.energy / 3.6e12), against(sum.energy, first.energy)});
  }
  return table.text();
}

}  // namespace

std::string fleet_summary(const Dataset& result, const std::string& baseline) {
  const View view(result);
  std::string text;
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    if (view.variants().size() > 1) text += fmt::format("== {}\n\n", view.variants()[v]);
    for (const auto& part : {by_place, by_site, waterfall, by_job, reliability, workloads}) {
      const std::string table = part(view, v);
      if (!table.empty()) text += table + "\n";
    }
    if (view.variants().size() > 1) text += idle_by_month(view, v) + "\n";
  }
  if (view.variants().size() == 1) return text + ledger(result, baseline);
  const auto found = std::find(view.variants().begin(), view.variants().end(), baseline);
  const std::size_t base = found == view.variants().end()
                               ? 0
                               : static_cast<std::size_t>(found - view.variants().begin());
  text += "== differences (ZFLOP: useful work trained)\n\n" + differences(view, base) + "\n" +
          by_owner(view, base) + "\n";
  return text + ledger(result, baseline);
}

}  // namespace trainyard::report
