// When the next of many like things breaks. One stream of draws for all of them: the time to the
// next event is an exponential draw of their common cumulative hazard, units x (rate t)^shape with
// t their age (shape 1: a Poisson process; else a power-law process, Crow 1975, in which what was
// repaired is as old as before). Cost grows with events, not with things, and the draws are the
// same whatever else happens in the fleet.
#pragma once

#include <cstdint>
#include <limits>

#include "base/units.hpp"

namespace trainyard::fleet {

inline constexpr Instant never{std::numeric_limits<double>::infinity()};

class Hazard {
 public:
  Hazard(PerSecond rate, double shape, std::uint64_t seed, std::uint64_t stream);

  // So many things are exposed from `now` on, which is not after next(). Age counts from the first
  // time that there were any; those that join later take the age of the others.
  void expose(Instant now, double units);
  // When the next breaks; `never` while nothing is exposed or the rate is 0.
  [[nodiscard]] Instant next() const { return next_; }
  // The event at next() has happened: draws the one after.
  void happened();
  // A uniform draw in (0, 1) that belongs to the event to come, the `which`-th of it: what breaks,
  // how long repair takes. `which` below 15.
  [[nodiscard]] double draw(std::uint64_t which) const;

 private:
  [[nodiscard]] double exponential() const;
  [[nodiscard]] double cumulative(Instant t) const;
  void plan();

  PerSecond rate_;
  double shape_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t events_ = 0;
  double units_ = 0;
  Instant since_;         // of the last change of units, or the last event
  Instant born_ = never;  // first exposed
  double left_;           // of the exponential draw, at `since_`
  Instant next_ = never;
};

}  // namespace trainyard::fleet
