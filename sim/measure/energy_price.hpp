// The price of energy at a site as it changes over the local day.
#pragma once

#include <vector>

#include "base/units.hpp"
#include "fleet/world.hpp"

namespace trainyard::measure {

class EnergyPrice {
 public:
  EnergyPrice(const fleet::World& world, std::size_t site);

  // Of a watt drawn from `begin` to `end`: the integral of the price, exact over its steps.
  [[nodiscard]] Usd of_a_watt(Instant begin, Instant end) const;

 private:
  struct Step {
    double begin = 0;  // seconds of the local day
    double price = 0;  // USD/J, until the next step
  };
  [[nodiscard]] double since_midnight(double second) const;

  Seconds offset_;
  std::vector<Step> steps_;  // the first begins at 0
  double day_ = 0;           // USD a day
};

}  // namespace trainyard::measure
