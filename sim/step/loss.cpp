#include "step/loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"

namespace trainyard::step {
namespace {

// log(quantity) = at_one + slope x log(parameters).
struct Line {
  double at_one;
  double slope;
  [[nodiscard]] double at(double parameters) const {
    return std::exp(at_one + slope * std::log(parameters));
  }
};

struct Laws {
  double branches;
  double loss;  // of one parameter
  double loss_exponent;
  double batch;
  double batch_exponent;
};

// arXiv 2503.09799: loss, and batch in tokens, as powers of the parameters.
constexpr std::array<Laws, 4> published{{{1, 18.129, -0.0953, 462.68, 0.281},
                                         {2, 18.768, -0.0969, 15.749, 0.479},
                                         {4, 19.762, -0.0992, 10.957, 0.510},
                                         {8, 21.051, -0.1018, 38.072, 0.455}}};

Line loss_of(const Laws& laws) {
  return {std::log(laws.loss), laws.loss_exponent};
}

Line batch_of(const Laws& laws) {
  return {std::log(laws.batch), laws.batch_exponent};
}

// Linear in the logarithm of branches, which makes log(quantity) so at any number of parameters.
Line line(std::int64_t branches, Line (*of)(const Laws&)) {
  EXPECT(branches >= 1);
  const auto wanted = static_cast<double>(branches);
  // The published numbers around it, or the last two.
  std::size_t above = 1;
  while (above + 1 < published.size() && published[above].branches < wanted) ++above;
  const Laws& lower = published[above - 1];
  const Laws& upper = published[above];
  const double part =
      std::log2(wanted / lower.branches) / std::log2(upper.branches / lower.branches);
  return {std::lerp(of(lower).at_one, of(upper).at_one, part),
          std::lerp(of(lower).slope, of(upper).slope, part)};
}

}  // namespace

double loss(std::int64_t branches, double parameters) {
  EXPECT(parameters > 0);
  return line(branches, loss_of).at(parameters);
}

double optimal_batch(std::int64_t branches, double parameters) {
  EXPECT(parameters > 0);
  return line(branches, batch_of).at(parameters);
}

double worth(std::int64_t branches, double parameters) {
  EXPECT(parameters > 0);
  if (branches == 1) return 1;  // exactly
  const Line data = line(1, loss_of);
  const double as_large =
      (std::log(loss(branches, parameters)) - data.at_one) / data.slope;  // logarithm
  return std::exp(2 * (as_large - std::log(parameters)));
}

}  // namespace trainyard::step
