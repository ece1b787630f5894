// A random quantity as its quantile function, so that one uniform draw gives one value and the same
// draw gives comparable values across scenarios (common random numbers).
#pragma once

namespace trainyard {

// Of a quantity that is never below zero, in its SI unit.
struct Distribution {
  enum class Kind { fixed, uniform, exponential, lognormal, weibull } kind = Kind::fixed;
  // fixed: the value. uniform: from. exponential: mean. lognormal: median. weibull: scale.
  double first = 0;
  // uniform: to. lognormal: sigma of the logarithm. weibull: shape.
  double second = 0;

  // The value below which a share `p` in (0, 1) lies.
  [[nodiscard]] double quantile(double p) const;
  [[nodiscard]] double mean() const;
};

}  // namespace trainyard
