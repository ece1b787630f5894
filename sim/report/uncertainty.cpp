#include "report/uncertainty.hpp"

#include <algorithm>
#include <cmath>

#include "report/view.hpp"

namespace trainyard::report {
namespace {

constexpr const char* all_jobs = "";

// A step's band as factors of the rate: a longer step is a lower rate.
void widen(ModelError& error, double duration, double low, double high) {
  error.low = std::min(error.low, duration / high);
  error.high = std::max(error.high, duration / low);
}

}  // namespace

std::map<std::string, ModelError> model_errors(const Dataset& result, std::size_t variant) {
  const View view(result);
  std::map<std::string, ModelError> errors{{all_jobs, {}}};
  if (!view.has("step_family")) return errors;
  const std::vector<double>& durations = view.reals("step_duration");
  const std::vector<double>& low = view.reals("step_duration_low");
  const std::vector<double>& high = view.reals("step_duration_high");
  for (const std::size_t row : view.rows("step", variant)) {
    const std::string& family = view.texts("step_family")[row];
    for (const std::string& job : {std::string(all_jobs), view.texts("step_job")[row]}) {
      ModelError& error = errors[job];
      error.families.insert(family.empty() ? "accelerator " + view.texts("step_accelerator")[row]
                                           : family);
      error.measured = error.measured && !family.empty();
      if (!family.empty()) widen(error, durations[row], low[row], high[row]);
    }
  }
  return errors;
}

std::map<std::string, Spread> spreads(const Dataset& result, std::size_t variant) {
  const View view(result);
  std::map<std::string, Spread> all;
  if (!view.has("quantity_mean")) return all;
  const std::vector<std::string>& names = view.names("quantity");
  for (std::size_t q = 0; q < names.size(); ++q) {
    const double low = view.at("quantity_low", {variant, q});
    const double high = view.at("quantity_high", {variant, q});
    all[names[q]] = {view.at("quantity_mean", {variant, q}), (high - low) / 2};
  }
  return all;
}

}  // namespace trainyard::report
