#include "base/random.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "base/check.hpp"

using namespace trainyard;

TEST_CASE("draws are strictly between 0 and 1, and spread over all of it", "[base]") {
  constexpr int draws = 100000;
  std::vector<int> tenths(10, 0);
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const double u = uniform(7, 3, i);
    CHECK((u > 0 && u < 1));
    sum += u;
    squares += u * u;
    ++tenths[static_cast<std::size_t>(u * 10)];
  }
  // Five standard deviations: mean of n draws 1 / sqrt(12 n), a tenth's count sqrt(0.09 n).
  CHECK(std::abs(sum / draws - 0.5) < 5 / std::sqrt(12.0 * draws));
  CHECK(std::abs(squares / draws - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / draws));
  for (const int count : tenths) {
    CHECK(std::abs(count - draws / 10) < 5 * std::sqrt(0.09 * draws));
  }
}

TEST_CASE("a draw depends on seed, stream and number, and on nothing before it", "[base]") {
  const double first = uniform(1, 2, 3);
  uniform(1, 2, 4);
  CHECK(uniform(1, 2, 3) == first);
  std::set<double> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
      for (std::uint64_t number = 0; number < 20; ++number) {
        seen.insert(uniform(seed, stream, number));
      }
    }
  }
  CHECK(seen.size() == 8000);
}

TEST_CASE("neighbouring streams and seeds are not correlated", "[base]") {
  constexpr int draws = 20000;
  double streams = 0;
  double seeds = 0;
  double numbers = 0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const double u = uniform(5, 8, i) - 0.5;
    streams += u * (uniform(5, 9, i) - 0.5);
    seeds += u * (uniform(6, 8, i) - 0.5);
    numbers += u * (uniform(5, 8, i + 1) - 0.5);
  }
  // Products of two such draws have the standard deviation 1/12.
  for (const double sum : {streams, seeds, numbers}) {
    CHECK(std::abs(sum / draws) < 5 / 12.0 / std::sqrt(draws));
  }
}

// Digits from mpmath at 50 digits. AS 241 changes its formula at 0.075, 0.925 and exp(-25).
TEST_CASE("quantiles of the normal distribution are right to 1e-14", "[base]") {
  struct Known {
    double p;
    double quantile;
  };
  constexpr Known known[]{
      {0.9, 1.2815515655446006},    {0.925, 1.4395314709384562},  {0.975, 1.9599639845400539},
      {0.99, 2.3263478740408408},   {0.999, 3.0902323061678133},  {0.25, -0.67448975019608174},
      {0.075, -1.4395314709384559}, {0.01, -2.3263478740408411},  {1e-3, -3.0902323061678135},
      {1e-5, -4.2648907939228246},  {1e-10, -6.3613409024040562}, {1.3e-11, -6.6676114565107408},
      {1e-12, -7.0344838253011319}, {1e-20, -9.2623400897984076}, {1e-100, -21.273453560965324},
      {1e-300, -37.047096299361199}};
  for (const Known& each : known) {
    CAPTURE(each.p);
    CHECK(normal_quantile(each.p) == Approx(each.quantile).epsilon(1e-14));
  }
  CHECK(normal_quantile(0.5) == 0);
}

TEST_CASE("quantiles undo the distribution function and never fall", "[base]") {
  double before = -1e9;
  for (double p = 1e-300; p < 0.5; p *= 1.7) {
    const double z = normal_quantile(p);
    CHECK(z > before);
    before = z;
    if (p > 1e-290) {
      CHECK(0.5 * std::erfc(-z / std::sqrt(2.0)) == Approx(p).epsilon(1e-11));
    }
  }
  for (double p = 0.001; p < 1; p += 0.001) {
    CHECK(normal_quantile(p) == Approx(-normal_quantile(1 - p)).epsilon(1e-12).margin(1e-13));
  }
}

// The largest of n falls below x with probability Phi(x)^n: mean by Simpson's rule.
double mean_of_largest(double n) {
  const auto density = [n](double x) {
    const double below = 0.5 * std::erfc(-x / std::sqrt(2.0));
    constexpr double two_pi = 6.283185307179586;
    return x * n * std::pow(below, n - 1) * std::exp(-x * x / 2) / std::sqrt(two_pi);
  };
  constexpr int steps = 20000;
  constexpr double width = 24.0 / steps;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    sum += density(-12 + i * width) * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return sum * width / 3;
}

TEST_CASE("the largest of n normal draws has the mean of the largest order statistic", "[base]") {
  // Known in closed form: 0, 1/sqrt(pi), 3/(2 sqrt(pi)).
  CHECK(mean_of_largest(1) == Approx(0).margin(1e-12));
  CHECK(mean_of_largest(2) == Approx(0.5641895835477563).epsilon(1e-9));
  CHECK(mean_of_largest(3) == Approx(0.8462843753216345).epsilon(1e-9));
  constexpr int draws = 20000;
  for (const double n : {1.0, 2.0, 3.0, 8.0, 100.0, 4096.0}) {
    double sum = 0;
    for (std::uint64_t i = 0; i < draws; ++i) sum += largest_normal(11, 4, i, n);
    CAPTURE(n);
    // The largest of more draws scatters less than one.
    CHECK(std::abs(sum / draws - mean_of_largest(n)) < 5 / std::sqrt(draws));
  }
}

TEST_CASE("the largest of a huge number of draws stays finite and grows with it", "[base]") {
  double before = -10;
  for (double n = 1; n < 1e9; n *= 10) {
    const double z = largest_normal(1, 2, 3, n);
    CHECK(std::isfinite(z));
    CHECK(z > before);
    before = z;
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("quantiles of 0 and 1 and the largest of none are broken contracts", "[base]") {
  CHECK_THROWS_AS(normal_quantile(0), ContractError);
  CHECK_THROWS_AS(normal_quantile(1), ContractError);
  CHECK_THROWS_AS(largest_normal(1, 2, 3, 0), ContractError);
}
#endif
