#include "report/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "report/totals.hpp"
#include "report/view.hpp"

namespace trainyard::report {
namespace {

constexpr double month = 365.25 * 86400 / 12;

// Of one owner in one variant, over the horizon.
struct Line {
  double ready = 0;     // chip-months of its chips with power
  double busy = 0;      // of these
  double lent = 0;      // of these, for jobs of others
  double borrowed = 0;  // chip-months of others' chips
  double work = 0;      // ZFLOP of its jobs
  double cost = 0;      // MUSD
  double idle = 0;      // of this, amortisation of chips without a job
  double revenue = 0;   // MUSD
  std::string models;
};

std::string models_of(const View& view, std::size_t variant, const std::string& owner) {
  std::vector<std::string> models;
  for (std::size_t j = 0; j < view.names("job").size(); ++j) {
    const std::string& model = view.text("job_model", {variant, j});
    if (model.empty() || view.text("job_owner", {variant, j}) != owner) continue;
    if (std::ranges::find(models, model) == models.end()) models.push_back(model);
  }
  return fmt::format("{}", fmt::join(models, ", "));
}

Line line(const View& view, std::size_t v, std::size_t owner) {
  Line line;
  line.ready = view.at("ready_chip_time", {v, owner}) / month;
  for (std::size_t other = 0; other < view.names("owner").size(); ++other) {
    const double used = view.at("used_chip_time", {v, owner, other}) / month;
    line.busy += used;
    if (other == owner) continue;
    line.lent += used;
    line.borrowed += view.at("used_chip_time", {v, other, owner}) / month;
  }
  line.work = owner_totals(view, v, owner).work / 1e21;
  for (std::size_t bin = 0; bin < view.bins(); ++bin) {
    for (std::size_t kind = 0; kind < view.names("cost_kind").size(); ++kind) {
      line.cost += view.at("cost", {v, bin, owner, kind}) / 1e6;
    }
  }
  line.idle = view.at("idle_capital", {v, owner}) / 1e6;
  if (view.has("owner_revenue")) line.revenue = view.at("owner_revenue", {v, owner}) / 1e6;
  line.models = models_of(view, v, view.names("owner")[owner]);
  return line;
}

std::string millions(double value) {
  return fmt::format("{:.1f}", value);
}

// An owner of jobs or chips that the variant does not have.
bool nothing(const Line& one) {
  return one.ready == 0 && one.borrowed == 0 && one.cost == 0 && one.revenue == 0 &&
         one.models.empty();
}

std::string by_owner(const View& view) {
  const bool several = view.variants().size() > 1;
  std::vector<std::string> headers{"owner",      ">chip-months",  ">busy",    ">lent", ">borrowed",
                                   ">cost MUSD", ">idle capital", ">revenue", "trains"};
  if (several) headers.insert(headers.begin(), "variant");
  TextTable table(headers);
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    std::string variant = view.variants()[v];
    for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
      const Line one = line(view, v, o);
      if (nothing(one)) continue;
      std::vector<std::string> cells{
          view.names("owner")[o], grouped(one.ready),    grouped(one.busy),
          grouped(one.lent),      grouped(one.borrowed), millions(one.cost),
          millions(one.idle),     millions(one.revenue), one.models};
      if (several) cells.insert(cells.begin(), std::exchange(variant, ""));
      table.add(std::move(cells));
    }
  }
  return table.text();
}

// "+12,000", "=" where nothing changed.
std::string signed_number(double value) {
  const std::string text = grouped(value);
  if (text == "0" || text == "-0") return value == 0 ? "=" : "~0";
  return value > 0 ? "+" + text : text;
}
std::string signed_millions(double value) {
  return std::abs(value) < 0.05 ? (value == 0 ? "=" : "~0") : fmt::format("{:+.1f}", value);
}

std::string differences(const View& view, std::size_t base) {
  TextTable table({"variant", "owner", ">chip-months", ">busy", ">ZFLOP", ">cost MUSD",
                   ">idle capital", ">revenue"});
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    if (v == base) continue;
    std::string variant = view.variants()[v];
    for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
      const Line now = line(view, v, o);
      const Line was = line(view, base, o);
      const std::vector<std::string> cells{
          signed_number(now.ready - was.ready), signed_number(now.busy - was.busy),
          signed_number(now.work - was.work),   signed_millions(now.cost - was.cost),
          signed_millions(now.idle - was.idle), signed_millions(now.revenue - was.revenue)};
      const bool same =
          std::ranges::all_of(cells, [](const auto& cell) { return cell == "=" || cell == "~0"; });
      if (same) continue;
      std::vector<std::string> row{std::exchange(variant, ""), view.names("owner")[o]};
      row.insert(row.end(), cells.begin(), cells.end());
      table.add(std::move(row));
    }
  }
  return table.empty() ? "" : table.text();
}

std::string shares(const View& view, std::size_t v) {
  const std::vector<std::string>& rules = view.names("share_rule");
  const std::string& chosen = view.text("share_rule_chosen", {v});
  std::vector<std::string> headers{"MUSD"};
  for (const std::string& rule : rules) headers.push_back(">" + rule + (rule == chosen ? "*" : ""));
  TextTable table(headers);
  for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
    std::vector<std::string> cells{view.names("owner")[o]};
    for (std::size_t r = 0; r < rules.size(); ++r) {
      cells.push_back(millions(view.at("payout", {v, o, r}) / 1e6));
    }
    table.add(std::move(cells));
  }
  return fmt::format("shared revenue under a HYPOTHESIS ({}), * as the scenario asks\n\n{}",
                     view.text("share_hypothesis", {v}), table.text());
}

}  // namespace

std::string ledger(const Dataset& result, const std::string& baseline) {
  const View view(result);
  if (!view.has("cost")) return "";
  const std::vector<std::string>& variants = view.variants();
  std::string text = "== money and chips by owner\n\n" + by_owner(view);
  for (std::size_t v = 0; v < variants.size(); ++v) {
    if (!view.has("payout") || view.text("share_hypothesis", {v}).empty()) continue;
    text += "\n" + (variants.size() > 1 ? variants[v] + ": " : "") + shares(view, v);
  }
  if (variants.size() == 1) return text;
  const auto found = std::ranges::find(variants, baseline);
  const auto base =
      static_cast<std::size_t>(found == variants.end() ? 0 : found - variants.begin());
  const std::string changes = differences(view, base);
  if (changes.empty()) return text;
  return text + "\n== changes by owner, against " + variants[base] + "\n\n" + changes;
}

}  // namespace trainyard::report
