#include "base/distribution.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/check.hpp"

using namespace trainyard;

namespace {

using Kind = Distribution::Kind;

constexpr Distribution each_kind[]{{Kind::fixed, 5, 0},       {Kind::uniform, 2, 8},
                                   {Kind::exponential, 3, 0}, {Kind::lognormal, 4, 0.8},
                                   {Kind::weibull, 10, 0.7},  {Kind::weibull, 10, 1.5},
                                   {Kind::lognormal, 4, 0},   {Kind::uniform, 3, 3}};

// Quantiles integrated over p, by the midpoint rule.
double mean_of_quantiles(const Distribution& distribution) {
  constexpr int steps = 1000000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += distribution.quantile((i + 0.5) / steps);
  return sum / steps;
}

}  // namespace

TEST_CASE("quantiles of each distribution are those of its textbook form", "[base]") {
  CHECK(Distribution{Kind::fixed, 5, 0}.quantile(0.3) == 5);
  CHECK(Distribution{Kind::uniform, 2, 8}.quantile(0.25) == 3.5);
  const double below_one_mean = 1 - std::exp(-1.0);
  CHECK(Distribution{Kind::exponential, 3, 0}.quantile(0.5) == Approx(3 * std::log(2.0)));
  CHECK(Distribution{Kind::exponential, 3, 0}.quantile(below_one_mean) == Approx(3));
  CHECK(Distribution{Kind::lognormal, 4, 0.8}.quantile(0.5) == Approx(4));
  // A standard deviation above the middle of the normal distribution: 0.8413...
  const double above = 0.5 * std::erfc(-1 / std::sqrt(2.0));
  CHECK(Distribution{Kind::lognormal, 4, 0.8}.quantile(above) == Approx(4 * std::exp(0.8)));
  CHECK(Distribution{Kind::weibull, 10, 0.7}.quantile(below_one_mean) == Approx(10));
  CHECK(Distribution{Kind::weibull, 10, 2}.quantile(0.5) == Approx(10 * std::sqrt(std::log(2.0))));
}

TEST_CASE("the mean of a distribution is that of its quantiles", "[base]") {
  for (const Distribution& each : each_kind) {
    CAPTURE(static_cast<int>(each.kind), each.first, each.second);
    CHECK(each.mean() == Approx(mean_of_quantiles(each)).epsilon(1e-4));
  }
}

TEST_CASE("quantiles never fall, are never below zero, and stay finite", "[base]") {
  for (const Distribution& each : each_kind) {
    double before = 0;
    for (const double p : {1e-12, 1e-6, 0.01, 0.1, 0.5, 0.9, 0.99, 1 - 1e-6, 1 - 1e-12}) {
      const double quantile = each.quantile(p);
      CAPTURE(static_cast<int>(each.kind), p);
      CHECK(quantile >= before);
      CHECK(std::isfinite(quantile));
      before = quantile;
    }
  }
}

TEST_CASE("special cases of distributions agree", "[base]") {
  for (const double p : {0.001, 0.2, 0.7, 0.999}) {
    const double exponential = Distribution{Kind::exponential, 3, 0}.quantile(p);
    CHECK(Distribution{Kind::weibull, 3, 1}.quantile(p) == Approx(exponential));
    CHECK(Distribution{Kind::lognormal, 3, 0}.quantile(p) == 3);
    CHECK(Distribution{Kind::uniform, 3, 3}.quantile(p) == 3);
    CHECK(Distribution{}.quantile(p) == 0);
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("the quantiles of 0 and 1 are broken contracts", "[base]") {
  CHECK_THROWS_AS(Distribution{}.quantile(0), ContractError);
  CHECK_THROWS_AS(Distribution{}.quantile(1), ContractError);
}
#endif
