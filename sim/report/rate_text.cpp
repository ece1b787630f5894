#include "report/rate_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace trainyard::report {
namespace {

std::string rate(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.4g}", value);
}

std::string band(const measure::RateRow& row) {
  if (std::isnan(row.low())) return "-";
  return fmt::format("{:+.0f} % to {:+.0f} %", (row.low() - 1) * 100, (row.high() - 1) * 100);
}

}  // namespace

std::string rate_text(const std::vector<measure::RateRow>& rows) {
  TextTable table({"job", "accelerator", "site", ">chips", ">samples/s", ">tokens/s", ">band", ""});
  std::string text;
  std::string variant;
  const auto flush = [&] {
    if (table.empty()) return;
    if (!variant.empty()) text += fmt::format("{}== {}\n\n", text.empty() ? "" : "\n", variant);
    text += table.text();
    table =
        TextTable({"job", "accelerator", "site", ">chips", ">samples/s", ">tokens/s", ">band", ""});
  };
  for (const measure::RateRow& row : rows) {
    if (row.variant != variant) {
      flush();
      variant = row.variant;
    }
    table.add({row.job, row.accelerator, row.site.empty() ? "-" : row.site,
               grouped(static_cast<double>(row.chips)), rate(row.samples()), rate(row.tokens()),
               band(row), row.objection});
  }
  flush();
  return text.empty() ? "No job of the scenario trains a model.\n"
                      : "Rates of one accelerator, a second.\n\n" + text;
}

}  // namespace trainyard::report
