#include "measure/energy_price.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace trainyard::measure {
namespace {

constexpr double hour = 3600;
constexpr double day = 24 * hour;

bool holds(const fleet::HourPrice& price, double at) {
  return price.from < price.to ? price.from <= at && at < price.to
                               : price.from <= at || at < price.to;
}

}  // namespace

EnergyPrice::EnergyPrice(const fleet::World& world, std::size_t site) {
  const fleet::SiteMoney money = fleet::site_money(world.money, site);
  offset_ = Seconds(money.utc_offset * hour);
  std::set<double> begins{0};
  for (const fleet::HourPrice& price : money.hours) {
    begins.insert(std::fmod(price.from, 24));
    begins.insert(std::fmod(price.to, 24));
  }
  for (const double begin : begins) {
    const auto found = std::ranges::find_if(
        money.hours, [&](const fleet::HourPrice& price) { return holds(price, begin); });
    const UsdPerJoule price =
        found == money.hours.end() ? world.sites[site].place.energy_price : found->price;
    steps_.push_back({begin * hour, price.value()});
  }
  day_ = since_midnight(day);
}

double EnergyPrice::since_midnight(double second) const {
  double sum = 0;
  for (std::size_t i = 0; i < steps_.size() && steps_[i].begin < second; ++i) {
    const double end = i + 1 < steps_.size() ? steps_[i + 1].begin : day;
    sum += (std::min(second, end) - steps_[i].begin) * steps_[i].price;
  }
  return sum;
}

// Counted from the midnight before `begin`: dates themselves are too large to be exact.
Usd EnergyPrice::of_a_watt(Instant begin, Instant end) const {
  const Instant local = begin + offset_;
  const double first = local.value() - std::floor(local.value() / day) * day;
  const double last = first + (end - begin).value();
  const double days = std::floor(last / day);
  return Usd(days * day_ + since_midnight(last - days * day) - since_midnight(first));
}

}  // namespace trainyard::measure
