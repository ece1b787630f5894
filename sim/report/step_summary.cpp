#include <fmt/format.h>

#include "base/quantity.hpp"
#include "report/summary.hpp"
#include "report/text_table.hpp"

namespace trainyard::report {
namespace {

std::string heading(const measure::StepRow& row) {
  const step::Answer& answer = row.answer;
  std::string text = row.variant.empty() ? row.job : row.variant + ": " + row.job;
  text += fmt::format(": {} {}, tensor {} x pipeline {} x data {}, {} micro-batches\n", row.chips,
                      row.accelerator, answer.tensor, answer.pipeline, answer.data,
                      answer.micro_batches);
  if (answer.left_over > 0) text += fmt::format("  left over by plan: {}\n", answer.left_over);
  text += fmt::format("  step {}, {:.4g} samples/s", human(answer.duration),
                      answer.samples / answer.duration.value());
  if (answer.tokens > 0) {
    text += fmt::format(", {:.4g} tokens/s", answer.tokens / answer.duration.value());
  }
  text += fmt::format(
      ", {:.1f} TFLOP/s per chip, MFU {:.1f} %\n",
      (answer.model_work / answer.duration).value() / static_cast<double>(answer.ranks) / 1e12,
      answer.mfu * 100);
  text += fmt::format("  memory {} of {} on the fullest chip\n", human(answer.memory.total()),
                      human(answer.capacity));
  return text;
}

std::string breakdown(const step::Answer& answer) {
  TextTable table({"  time goes to", ">time", ">share"});
  for (std::size_t a = 0; a < program::activities; ++a) {
    if (answer.spent[a] <= Seconds(0)) continue;
    table.add({fmt::format("  {}", program::activity_names[a]), human(answer.spent[a]),
               fmt::format("{:.1f} %", answer.spent[a] / answer.duration * 100)});
  }
  return table.text();
}

}  // namespace

std::string step_summary(const std::vector<measure::StepRow>& steps) {
  std::string text;
  for (const measure::StepRow& row : steps) {
    if (!text.empty()) text += "\n";
    text += heading(row) + breakdown(row.answer);
  }
  return text;
}

}  // namespace trainyard::report
