#include "measure/replicas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

const Variable* find(const Dataset& dataset, const std::string& name) {
  for (const Variable& variable : dataset.variables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

std::vector<std::string> coordinates(const Dataset& dataset, const std::string& axis) {
  const Variable* variable = find(dataset, axis);
  return variable == nullptr ? std::vector<std::string>{}
                             : std::get<std::vector<std::string>>(variable->values);
}

bool told(const std::string& axis) {
  constexpr std::array axes{"site", "owner", "job", "cause"};
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// The 97.5 % quantile of Student's t: tabled to ten degrees of freedom, then its expansion in 1/n
// (Abramowitz and Stegun 26.7.5), good to 2e-5.
double student(std::size_t degrees) {
  constexpr std::array tabled{12.7062, 4.30265, 3.18245, 2.77645, 2.57058,
                              2.44691, 2.36462, 2.30600, 2.26216, 2.22814};
  if (degrees <= tabled.size()) return tabled[degrees - 1];
  const auto n = static_cast<double>(degrees);
  const double z = 1.9599639845;
  const double z3 = z * z * z;
  const double z5 = z3 * z * z;
  const double z7 = z5 * z * z;
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
}

struct Spread {
  double mean = nothing;
  double low = nothing;
  double high = nothing;
  std::int64_t count = 0;
};

Spread spread(const std::vector<double>& all) {
  Spread result;
  double sum = 0;
  for (const double value : all) {
    if (std::isnan(value)) continue;
    sum += value;
    ++result.count;
  }
  if (result.count == 0) return result;
  const auto n = static_cast<double>(result.count);
  result.mean = sum / n;
  double squares = 0;
  for (const double value : all) {
    if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
  }
  result.low = result.high = result.mean;
  if (result.count < 2) return result;
  const double half =
      student(static_cast<std::size_t>(result.count - 1)) * std::sqrt(squares / (n - 1) / n);
  result.low = result.mean - half;
  result.high = result.mean + half;
  return result;
}

}  // namespace

std::vector<Quantity> quantities(const Dataset& result) {
  std::size_t variants = 1;
  for (const Axis& axis : result.axes) {
    if (axis.name == "variant") variants = axis.size;
  }
  std::vector<Quantity> all;
  for (const Variable& variable : result.variables) {
    const auto* numbers = std::get_if<std::vector<double>>(&variable.values);
    if (numbers == nullptr) continue;
    std::vector<std::string> axes = variable.dimensions;
    std::erase(axes, "variant");
    const bool has_variants = axes.size() < variable.dimensions.size();
    if (axes.size() > 1 || (axes.size() == 1 && !told(axes.front())) ||
        (variants > 1 && !has_variants)) {
      continue;
    }
    const std::vector<std::string> elements =
        axes.empty() ? std::vector<std::string>{""} : coordinates(result, axes.front());
    for (std::size_t e = 0; e < elements.size(); ++e) {
      Quantity quantity{variable.name + (axes.empty() ? "" : "/" + elements[e]), variable.unit, {}};
      for (std::size_t v = 0; v < variants; ++v) {
        quantity.values.push_back((*numbers)[v * elements.size() + e]);
      }
      all.push_back(std::move(quantity));
    }
  }
  return all;
}

std::vector<double> values(const std::vector<Quantity>& quantities) {
  std::vector<double> all;
  for (const Quantity& quantity : quantities) {
    all.insert(all.end(), quantity.values.begin(), quantity.values.end());
  }
  return all;
}

void add_replicas(std::int64_t seed, const std::vector<Replica>& others, Dataset& dataset) {
  const std::vector<Quantity> all = quantities(dataset);
  if (all.empty()) return;
  const std::size_t variants = all.front().values.size();
  std::vector<Replica> replicas{{seed, values(all)}};
  replicas.insert(replicas.end(), others.begin(), others.end());
  std::vector<std::int64_t> seeds;
  for (const Replica& replica : replicas) {
    EXPECT(replica.values.size() == all.size() * variants);
    seeds.push_back(replica.seed);
  }
  std::vector<std::string> names;
  std::vector<std::string> units;
  for (const Quantity& quantity : all) {
    names.push_back(quantity.name);
    units.push_back(quantity.unit);
  }
  const std::size_t cells = variants * all.size();
  std::vector<double> value(variants * replicas.size() * all.size());
  std::vector<double> mean(cells);
  std::vector<double> low(cells);
  std::vector<double> high(cells);
  std::vector<std::int64_t> count(cells);
  for (std::size_t v = 0; v < variants; ++v) {
    for (std::size_t q = 0; q < all.size(); ++q) {
      std::vector<double> over;
      for (std::size_t r = 0; r < replicas.size(); ++r) {
        over.push_back(replicas[r].values[q * variants + v]);
        value[(v * replicas.size() + r) * all.size() + q] = over.back();
      }
      const Spread s = spread(over);
      mean[v * all.size() + q] = s.mean;
      low[v * all.size() + q] = s.low;
      high[v * all.size() + q] = s.high;
      count[v * all.size() + q] = s.count;
    }
  }
  const bool with_variants = std::any_of(dataset.axes.begin(), dataset.axes.end(),
                                         [](const Axis& axis) { return axis.name == "variant"; });
  const auto by = [&](std::vector<std::string> axes) {
    if (with_variants) axes.insert(axes.begin(), "variant");
    return axes;
  };
  dataset.axes.push_back({"replica", replicas.size()});
  dataset.axes.push_back({"quantity", all.size()});
  const auto add = [&](const char* name, const char* description, std::string unit,
                       std::vector<std::string> axes, Column column) {
    dataset.variables.push_back(
        {name, description, std::move(unit), std::move(axes), std::move(column)});
  };
  add("replica", "seed of the replica; the first is that of the result itself", "1", {"replica"},
      std::move(seeds));
  add("quantity", "variable of the result, and which element of it", "", {"quantity"},
      std::move(names));
  add("quantity_unit", "unit of the quantity", "", {"quantity"}, std::move(units));
  add("replica_value", "the quantity, in its unit; none: the replica has none", "1",
      by({"replica", "quantity"}), std::move(value));
  add("quantity_mean", "mean over the replicas that have it, in its unit", "1", by({"quantity"}),
      std::move(mean));
  add("quantity_low", "lower end of the 95 % confidence interval of the mean", "1",
      by({"quantity"}), std::move(low));
  add("quantity_high", "upper end of the 95 % confidence interval of the mean", "1",
      by({"quantity"}), std::move(high));
  add("quantity_count", "replicas that have it: a job may not finish", "1", by({"quantity"}),
      std::move(count));
}

}  // namespace trainyard::measure
