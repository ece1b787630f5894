#include "fleet/hazard.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

constexpr Instant start{1.7e9};

PerSecond per_year(double times) {
  return PerSecond(times / (365.25 * 86400));
}

std::vector<double> intervals(Hazard& hazard, int events) {
  std::vector<double> intervals;
  Instant before = start;
  for (int i = 0; i < events; ++i) {
    const Instant next = hazard.next();
    intervals.push_back((next - before).value());
    before = next;
    hazard.happened();
  }
  return intervals;
}

int events_until(Hazard& hazard, Instant end) {
  int events = 0;
  for (; hazard.next() <= end; ++events) hazard.happened();
  return events;
}

}  // namespace

TEST_CASE("things break at intervals of 1 / (units x rate) on average", "[fleet]") {
  constexpr int events = 20000;
  for (const double units : {1.0, 16384.0}) {
    Hazard hazard(per_year(0.05), 1, 7, 1);
    hazard.expose(start, units);
    double sum = 0;
    for (const double each : intervals(hazard, events)) sum += each;
    const double mean = 1 / (units * per_year(0.05).value());
    CHECK(std::abs(sum / events / mean - 1) < 5 / std::sqrt(events));
  }
}

TEST_CASE("intervals of a constant hazard are exponential", "[fleet]") {
  constexpr int events = 20000;
  Hazard hazard(PerSecond(1e-3), 1, 3, 9);
  hazard.expose(start, 2);
  std::vector<double> sorted = intervals(hazard, events);
  std::sort(sorted.begin(), sorted.end());
  double largest = 0;
  for (int i = 0; i < events; ++i) {
    const double below = -std::expm1(-sorted[static_cast<std::size_t>(i)] * 2e-3);
    largest = std::max({largest, below - 1.0 * i / events, (i + 1.0) / events - below});
  }
  // Kolmogorov and Smirnov: exceeded once in 1e5 samples.
  CHECK(largest < 2.47 / std::sqrt(events));
}

// Crow 1975: n (rate t)^shape events are expected until age t.
TEST_CASE("a power law of age has as many events as its cumulative hazard", "[fleet]") {
  for (const double shape : {0.6, 1.0, 1.5, 3.0}) {
    Hazard hazard(PerSecond(1e-6), shape, 11, 2);
    hazard.expose(start, 5000);
    double expected_before = 0;
    for (const double age : {2e5, 1e6, 2e6}) {
      const double expected = 5000 * std::pow(1e-6 * age, shape);
      const int events = events_until(hazard, start + Seconds(age));
      CAPTURE(shape, age);
      CHECK(std::abs(events - (expected - expected_before)) <
            5 * std::sqrt(expected - expected_before));
      expected_before = expected;
    }
  }
}

TEST_CASE("when half of the things go, the rest of the wait takes twice as long", "[fleet]") {
  Hazard hazard(PerSecond(1e-5), 1, 5, 5);
  hazard.expose(start, 10);
  const double wait = (hazard.next() - start).value();
  hazard.expose(start + Seconds(wait / 4), 5);
  CHECK((hazard.next() - start).value() == Approx(wait / 4 + 2 * wait * 3 / 4).epsilon(1e-9));
  hazard.expose(start + Seconds(wait), 0);
  CHECK(hazard.next() == never);
  hazard.expose(start + Seconds(5 * wait), 10);
  CHECK((hazard.next() - start).value() == Approx(5 * wait + wait * 3 / 8).epsilon(1e-9));
}

TEST_CASE("units that change half way keep the cumulative hazard of a power law", "[fleet]") {
  constexpr double shape = 2;
  Hazard hazard(PerSecond(1e-6), shape, 5, 6);
  hazard.expose(start, 3);
  const double wait = (hazard.next() - start).value();
  const double hazard_left = 3 * std::pow(1e-6 * wait, shape) * (1 - 0.25);
  hazard.expose(start + Seconds(wait / 2), 1);
  const double age = std::sqrt(std::pow(0.5e-6 * wait, shape) + hazard_left) * 1e6;
  CHECK((hazard.next() - start).value() == Approx(age).epsilon(1e-9));
}

TEST_CASE("units that change often give the counts of their mean", "[fleet]") {
  Hazard hazard(PerSecond(1e-4), 1, 8, 1);
  int events = 0;
  for (int i = 0; i < 5000; ++i) {
    const Instant now = start + Seconds(1000.0 * i);
    events += events_until(hazard, now);
    hazard.expose(now, i % 2 == 0 ? 1 : 3);
  }
  const double expected = 1e-4 * 2 * 1000 * 5000;
  CHECK(std::abs(events - expected) < 5 * std::sqrt(expected));
}

TEST_CASE("exposing the same units again changes nothing, to the bit", "[fleet]") {
  Hazard hazard(PerSecond(1e-5), 1.3, 2, 2);
  hazard.expose(start, 7);
  const Instant next = hazard.next();
  for (int i = 1; i < 100; ++i) hazard.expose(start + Seconds(i), 7);
  CHECK(hazard.next() == next);
}

TEST_CASE("a change at the very moment of an event leaves the event there", "[fleet]") {
  for (const double shape : {0.7, 1.0, 2.0}) {
    Hazard hazard(PerSecond(1e-5), shape, 2, 2);
    hazard.expose(start, 7);
    const Instant next = hazard.next();
    hazard.expose(next, 6);
    CHECK((hazard.next() - next).value() == Approx(0).margin(1e-3));
    hazard.happened();
    CHECK(hazard.next() > next);
  }
}

TEST_CASE("nothing breaks where nothing is exposed or the rate is 0", "[fleet]") {
  Hazard idle(PerSecond(1), 1, 1, 1);
  CHECK(idle.next() == never);
  Hazard sound(PerSecond(0), 2, 1, 1);
  sound.expose(start, 1000);
  CHECK(sound.next() == never);
}

TEST_CASE("events depend on seed and stream alone", "[fleet]") {
  const auto dates = [](std::uint64_t seed, std::uint64_t stream) {
    Hazard hazard(PerSecond(1e-4), 1, seed, stream);
    hazard.expose(start, 1);
    return intervals(hazard, 1000);
  };
  CHECK(dates(1, 1) == dates(1, 1));
  double products = 0;
  const std::vector<double> first = dates(1, 1);
  const std::vector<double> second = dates(1, 2);
  for (std::size_t i = 0; i < first.size(); ++i) {
    products += (first[i] * 1e-4 - 1) * (second[i] * 1e-4 - 1);
  }
  CHECK(std::abs(products / 1000) < 5 / std::sqrt(1000.0));
  CHECK(dates(2, 1) != first);
}

TEST_CASE("the draws of an event are its own and do not move with the units", "[fleet]") {
  Hazard hazard(PerSecond(1e-4), 1, 4, 4);
  Hazard other(PerSecond(1e-4), 1, 4, 4);
  hazard.expose(start, 1);
  other.expose(start, 100);
  std::set<double> seen;
  for (int i = 0; i < 50; ++i) {
    for (std::uint64_t which = 0; which < 15; ++which) {
      CHECK(hazard.draw(which) == other.draw(which));
      seen.insert(hazard.draw(which));
    }
    hazard.happened();
    other.happened();
  }
  CHECK(seen.size() == 50 * 15);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("going back in time or past an event is a broken contract", "[fleet]") {
  Hazard hazard(PerSecond(1e-4), 1, 4, 4);
  CHECK_THROWS_AS(hazard.happened(), ContractError);
  hazard.expose(start, 1);
  CHECK_THROWS_AS(hazard.expose(start + Seconds(-1), 2), ContractError);
  CHECK_THROWS_AS(hazard.expose(hazard.next() + Seconds(1), 2), ContractError);
  CHECK_THROWS_AS(hazard.draw(15), ContractError);
}
#endif

}  // namespace trainyard::fleet
