#include "report/fleet_parts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "report/totals.hpp"

namespace trainyard::report {
namespace {

constexpr double hour = 3600;

// Sites that ever had chips.
std::vector<std::size_t> used_sites(const View& view, std::size_t variant) {
  std::vector<std::size_t> used;
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    if (chip_time(view, variant, s) > 0) used.push_back(s);
  }
  return used;
}

// A share that would read as nothing is told as such only where it is nothing.
std::string share_text(double part, double whole) {
  if (part == 0) return "-";
  const double share = part / whole;
  return share < 0.0005 ? "< 0.1 %" : fmt::format("{:.1f} %", share * 100);
}

std::string number_or_none(double number) {
  return std::isfinite(number) ? grouped(number) : "-";
}

}  // namespace

std::string waterfall(const View& view, std::size_t variant) {
  const std::vector<std::size_t> sites = used_sites(view, variant);
  if (sites.empty()) return "";
  std::vector<std::string> headers{"chip-hours"};
  std::vector<std::string> all{"all"};
  for (const std::size_t s : sites) {
    headers.push_back(">" + view.names("site")[s]);
    all.push_back(grouped(chip_time(view, variant, s) / hour));
  }
  TextTable table(headers);
  table.add(std::move(all));
  for (std::size_t use = 0; use < view.names("use").size(); ++use) {
    std::vector<std::string> row{view.names("use")[use]};
    double sum = 0;
    for (const std::size_t s : sites) {
      const double time = chip_time(view, variant, s, use);
      sum += time;
      row.push_back(share_text(time, chip_time(view, variant, s)));
    }
    if (sum > 0) table.add(std::move(row));
  }
  return table.text();
}

std::string reliability(const View& view, std::size_t variant) {
  if (view.names("cause").empty()) return "";
  TextTable table({"job", ">interruptions", ">MTTI", ">checkpoints", ">ETTR", ">goodput"});
  for (std::size_t j = 0; j < view.names("job").size(); ++j) {
    if (std::isnan(view.at("job_started", {variant, j}))) continue;
    const auto number = [&](const char* name) { return view.at(name, {variant, j}); };
    table.add({view.names("job")[j], number_or_none(number("job_interruptions")),
               time_text(number("job_mean_time_to_interrupt")),
               number_or_none(number("job_checkpoints")), whole_percent(number("job_ettr")),
               whole_percent(number("job_goodput"))});
  }
  return table.empty() ? "" : table.text();
}

std::string workloads(const View& view, std::size_t variant) {
  TextTable table({"workload", ">jobs", ">finished", ">mean wait", ">median", ">p99", ">mean JCT",
                   ">makespan"});
  for (const std::string& name : view.names("workload")) {
    const WorkloadTotals totals = workload_totals(view, variant, name);
    if (totals.jobs == 0) continue;
    table.add({name, grouped(totals.jobs), grouped(totals.finished), time_text(totals.mean_wait),
               time_text(totals.median_wait), time_text(totals.p99_wait),
               time_text(totals.mean_completion), time_text(totals.makespan)});
  }
  return table.empty() ? "" : table.text();
}

}  // namespace trainyard::report
