#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/quantity.hpp"
#include "report/bandwidth.hpp"
#include "report/step_detail.hpp"
#include "report/step_parts.hpp"
#include "report/step_text.hpp"
#include "report/text_table.hpp"

namespace trainyard::report {
namespace {

std::string sentence(const Bottleneck& found) {
  std::string text =
      fmt::format("  bottleneck: {}, {} of the step", found.phrase, percent(found.share));
  if (found.links) {
    text += fmt::format("\n  of the links played the busiest are of the kind \"{}\", {} used",
                        found.links->kind, percent(found.links->busiest));
  }
  return text + "\n";
}

// What is counted: tokens where the model has them, else samples; bandwidth of a collective.
std::string unit(const measure::StepRow& row) {
  if (row.exchange) return "bus bandwidth";
  return row.answer.tokens > 0 ? "tokens/s" : "samples/s";
}

std::string rate(const measure::StepRow& row, Seconds duration) {
  if (row.exchange) {
    const auto found = bandwidth(*row.exchange, row.answer.ranks, duration);
    return found ? human(found->bus) : "-";
  }
  return per_second(row.answer.tokens > 0 ? row.answer.tokens : row.answer.samples, duration);
}

}  // namespace

double gain(const StepDetail& step, const Faster& faster) {
  return step.row.answer.duration / faster.duration - 1;
}

std::vector<Faster> by_gain(const StepDetail& step) {
  std::vector<Faster> sorted = step.faster;
  std::ranges::stable_sort(sorted, {}, &Faster::duration);
  return sorted;
}

std::string explanation(const StepDetail& step) {
  const auto found = bottleneck(step.row, step.links);
  if (!found) return "  bottleneck: none, the step takes no time\n";
  TextTable table({"  10 % faster", "", ">" + unit(step.row), ">gain"});
  for (const Faster& faster : by_gain(step)) {
    const double more = gain(step, faster);
    table.add({fmt::format("  {}", faster.name), std::string(faster.parts),
               rate(step.row, faster.duration),
               std::isfinite(more) ? fmt::format("{:+.2f} %", more * 100) : "-"});
  }
  return sentence(*found) + table.text();
}

}  // namespace trainyard::report
