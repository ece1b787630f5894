#include "base/distribution.hpp"

#include <cmath>

#include "base/check.hpp"
#include "base/random.hpp"

namespace trainyard {

double Distribution::quantile(double p) const {
  EXPECT(p > 0 && p < 1);
  switch (kind) {
    case Kind::fixed:
      return first;
    case Kind::uniform:
      return first + (second - first) * p;
    case Kind::exponential:
      return -first * std::log1p(-p);
    case Kind::lognormal:
      return first * std::exp(second * normal_quantile(p));
    case Kind::weibull:
      return first * std::pow(-std::log1p(-p), 1 / second);
  }
  return first;
}

double Distribution::mean() const {
  switch (kind) {
    case Kind::fixed:
    case Kind::exponential:
      return first;
    case Kind::uniform:
      return (first + second) / 2;
    case Kind::lognormal:
      return first * std::exp(second * second / 2);
    case Kind::weibull:
      return first * std::tgamma(1 + 1 / second);
  }
  return first;
}

}  // namespace trainyard
