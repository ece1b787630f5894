#include "measure/horizon_totals.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

// A mean over each bin counts with the bin's length, a sum as it is.
enum class Over { means, sums };

struct Total {
  const char* name;
  const char* description;
  const char* unit;
  const char* of;
  Over over;
};

constexpr std::array totals{
    Total{"fleet_work", "model FLOP trained and kept", "1", "goodput_model_flop_rate", Over::means},
    Total{"fleet_energy", "facility energy", "J", "energy", Over::sums},
    Total{"fleet_cost", "cost of all chips, idle ones included", "USD", "cost", Over::sums},
    Total{"fleet_carbon", "CO2 of the energy, grid average", "kg", "carbon", Over::sums},
};

const std::vector<double>& reals(const Dataset& dataset, const std::string& name) {
  const auto found = std::ranges::find(dataset.variables, name, &Variable::name);
  EXPECT(found != dataset.variables.end());
  return std::get<std::vector<double>>(found->values);
}

}  // namespace

void add_horizon_totals(Dataset& dataset) {
  const std::vector<double> lengths = reals(dataset, "bin_length");
  const auto variants = std::ranges::find(dataset.axes, "variant", &Axis::name);
  EXPECT(variants != dataset.axes.end());
  for (const Total& total : totals) {
    const std::vector<double>& values = reals(dataset, total.of);
    const std::size_t row = values.size() / variants->size / lengths.size();
    std::vector<double> sums(variants->size);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double length = lengths[i / row % lengths.size()];
      sums[i / row / lengths.size()] += values[i] * (total.over == Over::means ? length : 1);
    }
    dataset.variables.push_back({.name = total.name,
                                 .description = total.description,
                                 .unit = total.unit,
                                 .dimensions = {"variant"},
                                 .values = std::move(sums)});
  }
}

}  // namespace trainyard::measure
