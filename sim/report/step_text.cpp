#include "report/step_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/quantity.hpp"
#include "report/bandwidth.hpp"
#include "report/step_parts.hpp"
#include "report/text_table.hpp"

namespace trainyard::report {
namespace {

std::string line(const char* name, const std::string& text) {
  return fmt::format("  {:<10} {}\n", name, text);
}

std::string plan(const step::Answer& answer) {
  std::string text = fmt::format("tensor {}", answer.tensor);
  if (answer.context > 1) text += fmt::format(" x context {}", answer.context);
  text += fmt::format(" x pipeline {} x data {}", answer.pipeline, answer.data);
  if (answer.expert > 1) text += fmt::format(", expert {}", answer.expert);
  return text + fmt::format(", {} micro-batch{}", answer.micro_batches,
                            answer.micro_batches == 1 ? "" : "es");
}

std::string speed(const step::Answer& answer) {
  std::string text =
      human(answer.duration) + ", " + per_second(answer.samples, answer.duration) + " samples/s";
  if (answer.tokens > 0) text += ", " + per_second(answer.tokens, answer.duration) + " tokens/s";
  return text;
}

std::string use_of_chips(const step::Answer& answer) {
  const FlopsPerSecond each =
      answer.model_work / answer.duration / static_cast<double>(answer.ranks);
  return fmt::format("{} TFLOP/s a chip, MFU {}, HFU {}", decimal(each.value() / 1e12, 1),
                     percent(answer.mfu), percent(answer.hfu));
}

std::string energy(const step::Answer& answer) {
  std::string text = human(answer.energy) + " a step";
  if (answer.samples > 0) text += ", " + human(answer.energy / answer.samples) + " a sample";
  if (answer.tokens > 0) text += ", " + human(answer.energy / answer.tokens) + " a token";
  return text;
}

// Lines of 80 columns:
// measured   8.9 s to 10.4 s by 8 of 10 steps measured:
//            12 of h100_sxm/mlperf_nemo; weakest input assumed
std::string measured(const measure::StepRow& row) {
  const step::Band& band = row.band;
  const std::string inputs =
      row.weakest_input.empty() ? "" : "; weakest input " + row.weakest_input;
  if (band.family.empty()) return line("measured", "nothing to compare with" + inputs);
  constexpr std::size_t widest = 80;
  const std::string range =
      fmt::format("{} to {} by 8 of 10 steps measured:", human(row.answer.duration * band.of.low),
                  human(row.answer.duration * band.of.high));
  const std::string family = fmt::format("{} of {}{}", band.of.rows, band.family,
                                         band.extrapolated ? ", extrapolated" : "");
  const std::string both = line("", family + inputs);
  const bool fits = both.size() <= widest + 1;  // with the end of the line
  return line("measured", range) +
         (fits ? both : line("", family + ";") + line("", inputs.substr(2)));
}

// Of branches that train apart, whose tokens are not all worth the same.
std::string equal_loss(const step::Answer& answer) {
  if (answer.worth == 1) return "";
  return line("worth", fmt::format("{} of data-parallel training: {} tokens/s at equal loss",
                                   decimal(answer.worth, 3),
                                   per_second(answer.tokens * answer.worth, answer.duration))) +
         line("",
              fmt::format("by the laws of DiLoCo; their best batch is {} M tokens, this one {} M",
                          decimal(answer.best_batch / 1e6, 2), decimal(answer.tokens / 1e6, 2)));
}

std::string training(const measure::StepRow& row) {
  const step::Answer& answer = row.answer;
  return line("plan", plan(answer)) + line("step", speed(answer)) + equal_loss(answer) +
         measured(row) + line("compute", use_of_chips(answer)) + line("energy", energy(answer)) +
         line("memory", fmt::format("{} of {} on the fullest chip", human(answer.memory.total()),
                                    human(answer.capacity)));
}

std::string collective(const step::Exchange& exchange, const step::Answer& answer) {
  std::string text =
      line("exchange", fmt::format("{} of {} by {} ranks", operation_name(exchange.operation),
                                   human(exchange.buffer), answer.ranks)) +
      line("time", human(answer.duration));
  if (const auto found = bandwidth(exchange, answer.ranks, answer.duration)) {
    text += line("bandwidth",
                 fmt::format("{} algorithm, {} bus", human(found->algorithm), human(found->bus)));
  }
  return text + line("energy", human(answer.energy));
}

class Breakdown {
 public:
  Breakdown(const step::Answer& answer, const std::vector<step::StageReport>& stages)
      : answer_(answer), bounding_(stages.size() > 1 ? &stages[bounding_stage(stages)] : nullptr) {}

  [[nodiscard]] std::string text() const;

 private:
  // Of an average rank, and of one of the stage that bounds.
  struct Times {
    Seconds average;
    Seconds bounding;
  };
  [[nodiscard]] Times times(Group group) const;
  [[nodiscard]] Times times(std::size_t activity) const;
  void add(const std::string& label, Times times, TextTable& table) const;

  const step::Answer& answer_;
  const step::StageReport* bounding_;
};

Breakdown::Times Breakdown::times(Group group) const {
  return {spent_on(answer_.spent, group),
          bounding_ == nullptr ? Seconds(0) : spent_on(bounding_->spent, group)};
}

Breakdown::Times Breakdown::times(std::size_t activity) const {
  return {answer_.spent[activity], bounding_ == nullptr ? Seconds(0) : bounding_->spent[activity]};
}

void Breakdown::add(const std::string& label, Times times, TextTable& table) const {
  if (times.average <= Seconds(0) && times.bounding <= Seconds(0)) return;
  std::vector<std::string> cells{label, human(times.average),
                                 percent(times.average / answer_.duration)};
  if (bounding_ != nullptr) {
    cells.push_back(human(times.bounding));
    cells.push_back(percent(times.bounding / answer_.duration));
  }
  table.add(std::move(cells));
}

std::string Breakdown::text() const {
  std::vector<std::string> headers{"  time goes to", ">average", ">share"};
  if (bounding_ != nullptr) {
    headers.push_back(fmt::format(">stage {}", bounding_->stage));
    headers.emplace_back(">share");
  }
  TextTable table(headers);
  for (std::size_t g = 0; g < group_names.size(); ++g) {
    const auto group = static_cast<Group>(g);
    add(fmt::format("  {}", group_names[g]), times(group), table);
    for (std::size_t a = 0; a < program::activities; ++a) {
      const ActivityRow& row = activity_row(a);
      if (row.group == group && !row.label.empty()) {
        add(fmt::format("    {}", row.label), times(a), table);
      }
    }
  }
  return table.text();
}

}  // namespace

std::string decimal(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "-";
}

std::string percent(double part) {
  return std::isfinite(part) ? decimal(part * 100, 1) + " %" : "-";
}

std::string per_second(double count, Seconds duration) {
  const double rate = count / duration.value();
  if (!std::isfinite(rate)) return "-";
  return rate >= 1000 ? fmt::format("{:.0f}", rate) : fmt::format("{:.4g}", rate);
}

std::string heading(const measure::StepRow& row) {
  std::string text = row.variant.empty() ? row.job : row.variant + ": " + row.job;
  text += fmt::format(": {} {}\n", row.chips, row.accelerator);
  text += row.exchange ? collective(*row.exchange, row.answer) : training(row);
  if (row.answer.left_over > 0) {
    text +=
        line("left over", fmt::format("{} chips that the plan cannot use", row.answer.left_over));
  }
  if (!row.answer.exact) text += line("folded", "closely, not exactly: many ranks differ");
  return text;
}

std::string breakdown(const step::Answer& answer, const std::vector<step::StageReport>& stages) {
  return Breakdown(answer, stages).text();
}

}  // namespace trainyard::report
