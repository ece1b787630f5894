#include "scenario/read_target.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "base/quantity.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

using Unit = Target::Unit;

struct Counted {
  std::string_view text;
  Unit unit;
};
constexpr std::array counted{Counted{" samples", Unit::samples}, Counted{" tokens", Unit::tokens},
                             Counted{" steps", Unit::steps}};

std::optional<Target> parsed(const std::string& text) {
  double amount = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, amount);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  for (const Counted& one : counted) {
    if (unit == one.text) return Target{amount, one.unit};
  }
  const auto time = parse_quantity(text);
  if (!time || time->dimension != Dimension::seconds) return std::nullopt;
  return Target{time->si, Unit::time};
}

}  // namespace

std::optional<Target> read_target(Object& object) {
  const auto text = object.text(
      "until", {.doc = "Target such as \"1e10 samples\", \"6e12 tokens\", \"500 steps\", or time "
                       "of computing such as \"2000 h\"; left out: runs on",
                .presence = Presence::optional});
  if (!text || object.describing()) return std::nullopt;
  const auto target = parsed(*text);
  if (!target) {
    object.problem("until", fmt::format("\"{}\" is no target", *text),
                   "write a number and a unit, such as \"1e10 samples\", \"6e12 tokens\", \"500 "
                   "steps\" or \"2000 h\"");
  } else if (!std::isfinite(target->amount) || target->amount <= 0) {
    object.problem("until", "a target must be above zero");
    return std::nullopt;
  }
  return target;
}

void set_target(Object& object, const Target& target, const model::Model& model,
                std::optional<double> batch, fleet::Job& job) {
  switch (target.unit) {
    case Unit::samples:
      job.target_samples = target.amount;
      return;
    case Unit::tokens:
      if (model.tokens_per_sample > 0) {
        job.target_samples = target.amount / model.tokens_per_sample;
      } else {
        object.problem("until", fmt::format("{} counts samples, not tokens", model.name),
                       "write the target in samples");
      }
      return;
    case Unit::steps:
      if (batch) {
        job.target_samples = target.amount * *batch;
      } else {
        object.problem("until",
                       "the samples of a step depend on the chips that the job gets, so steps "
                       "count nothing",
                       "give the plan a \"global_batch\", or write the target in samples");
      }
      return;
    case Unit::time:
      job.duration = Seconds(target.amount);
      return;
  }
}

}  // namespace trainyard::scenario
