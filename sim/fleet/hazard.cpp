#include "fleet/hazard.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/random.hpp"

namespace trainyard::fleet {
namespace {

// Draws of one event: the time to it is the last of them.
constexpr std::uint64_t draws = 16;
constexpr std::uint64_t interval_draw = draws - 1;

}  // namespace

Hazard::Hazard(PerSecond rate, double shape, std::uint64_t seed, std::uint64_t stream)
    : rate_(rate), shape_(shape), seed_(seed), stream_(stream), left_(exponential()) {
  EXPECT(rate.value() >= 0);
  EXPECT(shape > 0);
}

double Hazard::exponential() const {
  return -std::log(uniform(seed_, stream_, events_ * draws + interval_draw));
}

double Hazard::draw(std::uint64_t which) const {
  EXPECT(which < interval_draw);
  return uniform(seed_, stream_, events_ * draws + which);
}

// Of one thing from its birth to `t`.
double Hazard::cumulative(Instant t) const {
  return std::pow(rate_ * (t - born_), shape_);
}

void Hazard::expose(Instant now, double units) {
  EXPECT(units >= 0);
  EXPECT(now >= since_ && now <= next_);
  if (units == units_) return;
  if (units_ > 0) {
    const double gone = shape_ == 1 ? rate_ * (now - since_) : cumulative(now) - cumulative(since_);
    left_ = std::max(0.0, left_ - units_ * gone);
  } else {
    born_ = std::min(born_, now);
  }
  since_ = now;
  units_ = units;
  plan();
}

void Hazard::happened() {
  EXPECT(next_ != never);
  since_ = next_;
  ++events_;
  left_ = exponential();
  plan();
}

void Hazard::plan() {
  next_ = never;
  if (units_ <= 0 || rate_.value() <= 0) return;
  const double each = left_ / units_;
  if (shape_ == 1) {
    next_ = since_ + Seconds(each / rate_.value());
    return;
  }
  const double age = std::pow(cumulative(since_) + each, 1 / shape_) / rate_.value();
  next_ = std::max(since_, born_ + Seconds(age));
}

}  // namespace trainyard::fleet
