#include "report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "base/date.hpp"
#include "measure/replicas.hpp"
#include "report/text_table.hpp"
#include "report/uncertainty.hpp"
#include "report/view.hpp"

namespace trainyard::report {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-9;  // relative; results of two machines may differ by it
constexpr double day = 86400;

// How a number follows the rate of training.
enum class Follows {
  no_rate,   // bound by dates, power and money
  rate,      // in proportion
  inverse,   // as the time of a step
  duration,  // a date: the time since the job began is inverse to the rate
};

struct Known {
  const char* variable;
  const char* words;  // "of" and the element follow
  const char* unit;
  double scale;  // of the unit, in the variable's
  Follows follows;
};

// In the order in which they matter.
constexpr std::array known{
    Known{"fleet_work", "model work kept", "ZFLOP", 1e21, Follows::rate},
    Known{"job_samples", "samples", "", 1, Follows::rate},
    Known{"job_tokens", "tokens", "", 1, Follows::rate},
    Known{"job_finished", "end", "date", 1, Follows::duration},
    Known{"step_duration", "step time", "s", 1, Follows::inverse},
    Known{"step_mfu", "model FLOP utilisation", "", 1, Follows::rate},
    Known{"fleet_goodput", "goodput", "", 1, Follows::rate},
    Known{"fleet_utilisation", "utilisation", "", 1, Follows::no_rate},
    Known{"fleet_ettr", "effective training time", "", 1, Follows::no_rate},
    Known{"fleet_mean_queued", "mean wait for chips", "h", 3600, Follows::no_rate},
    Known{"fleet_cost", "cost", "MUSD", 1e6, Follows::no_rate},
    Known{"owner_cost", "cost", "MUSD", 1e6, Follows::no_rate},
    Known{"idle_capital", "idle capital", "MUSD", 1e6, Follows::no_rate},
    Known{"owner_revenue", "revenue", "MUSD", 1e6, Follows::no_rate},
    Known{"job_cost_per_sample", "cost of a sample", "USD", 1, Follows::inverse},
    Known{"fleet_chip_time", "chip-hours", "h", 3600, Follows::no_rate},
    Known{"ready_chip_time", "chip-hours with power", "h", 3600, Follows::no_rate},
    Known{"fleet_energy", "energy", "GWh", 3.6e12, Follows::no_rate},
    Known{"step_energy", "energy of a step", "kWh", 3.6e6, Follows::no_rate},
    Known{"fleet_carbon", "CO2", "t", 1e3, Follows::no_rate},
    Known{"job_started", "start", "date", 1, Follows::no_rate},
    Known{"job_queued", "wait for chips", "h", 3600, Follows::no_rate},
    Known{"job_lost_samples", "samples lost", "", 1, Follows::rate},
    Known{"job_interruptions", "interruptions", "", 1, Follows::no_rate},
};

struct Value {
  double value = nothing;
  double since = 0;  // of a date: where the time that follows the rate began
  double half = 0;   // of the interval over seeds
};

struct Quantity {
  const Known* known = nullptr;
  std::string element;
  Value value;
};

const Known* find_known(const std::string& variable) {
  const auto* found = std::ranges::find(known, variable, &Known::variable);
  return found == known.end() ? nullptr : found;
}

// One side, read.
class Read {
 public:
  explicit Read(const Side& side)
      : view_(*side.result), errors_(model_errors(*side.result, side.variant)) {
    const std::map<std::string, Spread> seeds = spreads(*side.result, side.variant);
    for (const measure::Quantity& one : measure::quantities(*side.result)) {
      const std::string variable = one.name.substr(0, one.name.find('/'));
      Value value{one.values[side.variant]};
      if (const auto found = seeds.find(one.name); found != seeds.end()) {
        value.value = found->second.mean;
        value.half = std::isnan(found->second.half) ? 0 : found->second.half;
      }
      add(variable, one.name.substr(std::min(one.name.size(), variable.size() + 1)), value,
          side.variant);
    }
    if (!view_.has("time")) add_steps(side.variant);
  }

  [[nodiscard]] const std::map<std::string, Quantity>& quantities() const { return quantities_; }
  [[nodiscard]] ModelError error(const std::string& job) const {
    const auto found = errors_.find(job);
    return found == errors_.end() ? ModelError{} : found->second;
  }

 private:
  void put(const std::string& variable, const std::string& element, Value value) {
    const Known* row = find_known(variable);
    if (row == nullptr) return;
    quantities_[variable + (element.empty() ? "" : "/" + element)] = {row, element, value};
  }

  void add(const std::string& variable, const std::string& element, Value value,
           std::size_t variant) {
    if (variable != "job_samples" && variable != "job_finished") {
      put(variable, element, value);
      return;
    }
    const std::vector<std::string>& jobs = view_.names("job");
    const auto j = static_cast<std::size_t>(std::ranges::find(jobs, element) - jobs.begin());
    value.since = view_.at("job_started", {variant, j});
    const double tokens = view_.at("job_tokens_per_sample", {variant, j});
    const bool in_tokens = variable == "job_samples" && tokens > 0;
    if (in_tokens) value = {value.value * tokens, value.since, value.half * tokens};
    put(in_tokens ? "job_tokens" : variable, element, value);
  }

  // A file of single steps has one row for each job.
  void add_steps(std::size_t variant) {
    for (const std::size_t row : view_.rows("step", variant)) {
      for (const char* variable : {"step_duration", "step_mfu", "step_energy"}) {
        put(variable, view_.texts("step_job")[row], {view_.reals(variable)[row]});
      }
    }
  }

  View view_;
  std::map<std::string, ModelError> errors_;
  std::map<std::string, Quantity> quantities_;
};

// How far the value may really lie below and above, by the error of the model.
struct Reach {
  double down = 0;
  double up = 0;
};

Reach reach(const Value& value, Follows follows, const ModelError& error) {
  const double size = follows == Follows::duration ? value.value - value.since : value.value;
  if (follows == Follows::no_rate) return {};
  if (follows == Follows::rate) return {size * (1 - error.low), size * (error.high - 1)};
  return {size * (1 - 1 / error.high), size * (1 / error.low - 1)};
}

Difference difference(const std::string& name, const Quantity& first, const Quantity& second,
                      const ModelError& one, const ModelError& other) {
  const Known& row = *first.known;
  Difference made{.quantity = name, .unit = row.unit};
  made.label = row.words + (first.element.empty() ? "" : " of " + first.element);
  made.first = first.value.value / row.scale;
  made.second = second.value.value / row.scale;
  made.low = made.high = nothing;
  if (std::isnan(made.first) || std::isnan(made.second)) {
    made.verdict = Verdict::only_one;
    return made;
  }
  const double change = second.value.value - first.value.value;
  Reach a;
  Reach b;
  if (row.follows != Follows::no_rate && one.families != other.families && !one.families.empty() &&
      !other.families.empty()) {
    made.measured = one.measured && other.measured;
    a = reach(first.value, row.follows, one);
    b = reach(second.value, row.follows, other);
  }
  const double seeds = std::hypot(first.value.half, second.value.half);
  made.low = (change - std::hypot(b.down, a.up, seeds)) / row.scale;
  made.high = (change + std::hypot(b.up, a.down, seeds)) / row.scale;
  const bool within = made.low <= 0 && made.high >= 0;
  made.verdict = within || !made.measured ? Verdict::undecided : Verdict::differs;
  return made;
}

bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

std::size_t rank(const Difference& difference) {
  const std::string variable = difference.quantity.substr(0, difference.quantity.find('/'));
  const std::size_t verdict = difference.verdict == Verdict::undecided ? 1 : 0;
  return verdict * known.size() + static_cast<std::size_t>(find_known(variable) - known.begin());
}

// Too little to be printed.
bool tiny(const Difference& one) {
  return std::abs(one.second - one.first) < 5e-4 * std::abs(one.first) && one.unit != "date";
}

bool is_date(const Difference& one) {
  return one.unit == "date";
}

std::string number(const Difference& one, double value) {
  if (std::isnan(value)) return "-";
  if (is_date(one)) return date_text(Instant(std::floor(value / day) * day));
  return fmt::format("{:.4g}{}{}", value, one.unit.empty() ? "" : " ", one.unit);
}

std::string change(const Difference& one, double by) {
  if (std::isnan(by)) return "-";
  if (is_date(one)) return fmt::format("{:+.1f} d", by / day);
  if (one.first == 0) return fmt::format("{:+.3g}", by);
  return fmt::format("{:+.1f} %", by / std::abs(one.first) * 100);
}

std::string band(const Difference& one) {
  if (!one.measured) return "not measured";
  if (std::isnan(one.low) || one.high - one.low <= rounding * std::abs(one.second)) return "";
  return change(one, one.low) + " to " + change(one, one.high);
}

}  // namespace

Comparison compare(const Side& first, const Side& second) {
  const Read one(first);
  const Read other(second);
  Comparison comparison{first.title, second.title, {}, 0};
  std::map<std::string, const Known*> all;
  for (const auto& [name, quantity] : one.quantities()) all[name] = quantity.known;
  for (const auto& [name, quantity] : other.quantities()) all[name] = quantity.known;
  for (const auto& [name, row] : all) {
    const std::string element = name.substr(std::min(name.size(), name.find('/') + 1));
    const auto of = [&](const Read& side) {
      const auto found = side.quantities().find(name);
      const std::string bare = name.find('/') == std::string::npos ? "" : element;
      return found == side.quantities().end() ? Quantity{row, bare, {}} : found->second;
    };
    const Quantity a = of(one);
    const Quantity b = of(other);
    if (std::isnan(a.value.value) && std::isnan(b.value.value)) continue;
    if (same(a.value.value, b.value.value)) {
      ++comparison.equal;
      continue;
    }
    const bool of_job = std::string_view(row->variable).starts_with("job_") ||
                        std::string_view(row->variable).starts_with("step_");
    const std::string job = of_job ? a.element : "";
    comparison.differences.push_back(difference(name, a, b, one.error(job), other.error(job)));
  }
  std::ranges::stable_sort(comparison.differences, {}, rank);
  return comparison;
}

std::string comparison_text(const Comparison& comparison) {
  std::string text = fmt::format("== {}, against {}\n\n", comparison.second, comparison.first);
  if (!std::ranges::all_of(comparison.differences, tiny)) {
    TextTable table({"quantity", ">" + comparison.first, ">" + comparison.second, ">difference",
                     ">joint band", ""});
    for (const Difference& one : comparison.differences) {
      if (tiny(one)) continue;
      table.add({one.label, number(one, one.first), number(one, one.second),
                 change(one, one.second - one.first), band(one),
                 one.verdict == Verdict::undecided ? "undecided" : ""});
    }
    text += table.text() + "\n";
  }
  const auto little = std::ranges::count_if(comparison.differences, tiny);
  if (little > 0) text += fmt::format("{} quantities differ by less than 0.05 %.\n", little);
  return text + fmt::format("{} quantities are equal.\n", comparison.equal);
}

}  // namespace trainyard::report
