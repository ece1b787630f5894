// Physical quantities as types: a double in SI units and a tag that says what it measures.
// Explicit in (constructor), explicit out (`value()`); only operations that mean something exist.
// Text such as "450 GB/s" becomes one of these in `quantity.hpp`.
#pragma once

#include <compare>

namespace trainyard {

template <class Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : si_(si) {}

  [[nodiscard]] constexpr double value() const { return si_; }

  constexpr Quantity& operator+=(Quantity other) {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    si_ -= other.si_;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator*(Quantity a, double factor) {
    return Quantity(a.si_ * factor);
  }
  friend constexpr Quantity operator*(double factor, Quantity a) {
    return Quantity(a.si_ * factor);
  }
  friend constexpr Quantity operator/(Quantity a, double divisor) {
    return Quantity(a.si_ / divisor);
  }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.si_ / b.si_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double si_ = 0;
};

using Seconds = Quantity<struct SecondsUnit>;
using Bytes = Quantity<struct BytesUnit>;
using Flops = Quantity<struct FlopsUnit>;
using BytesPerSecond = Quantity<struct BytesPerSecondUnit>;
using FlopsPerSecond = Quantity<struct FlopsPerSecondUnit>;
using Watts = Quantity<struct WattsUnit>;
using Joules = Quantity<struct JoulesUnit>;
using Usd = Quantity<struct UsdUnit>;
using UsdPerJoule = Quantity<struct UsdPerJouleUnit>;
using KilogramsPerJoule = Quantity<struct KilogramsPerJouleUnit>;
using Meters = Quantity<struct MetersUnit>;
using PerSecond = Quantity<struct PerSecondUnit>;        // how often
using UsdPerSecond = Quantity<struct UsdPerSecondUnit>;  // wages, rents

constexpr Seconds operator/(Bytes amount, BytesPerSecond rate) {
  return Seconds(amount.value() / rate.value());
}
constexpr Seconds operator/(Flops amount, FlopsPerSecond rate) {
  return Seconds(amount.value() / rate.value());
}
constexpr BytesPerSecond operator/(Bytes amount, Seconds time) {
  return BytesPerSecond(amount.value() / time.value());
}
constexpr FlopsPerSecond operator/(Flops amount, Seconds time) {
  return FlopsPerSecond(amount.value() / time.value());
}
constexpr Bytes operator*(BytesPerSecond rate, Seconds time) {
  return Bytes(rate.value() * time.value());
}
constexpr double operator*(PerSecond rate, Seconds time) {
  return rate.value() * time.value();
}
constexpr Usd operator*(UsdPerSecond rate, Seconds time) {
  return Usd(rate.value() * time.value());
}
constexpr Usd operator*(Joules energy, UsdPerJoule price) {
  return Usd(energy.value() * price.value());
}
constexpr Joules operator*(Watts power, Seconds time) {
  return Joules(power.value() * time.value());
}

// A moment of the calendar: seconds since 1970-01-01T00:00:00 UTC, leap seconds left out.
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(double since_1970) : since_1970_(since_1970) {}
  [[nodiscard]] constexpr double value() const { return since_1970_; }
  friend constexpr Instant operator+(Instant t, Seconds d) {
    return Instant(t.value() + d.value());
  }
  friend constexpr Seconds operator-(Instant a, Instant b) {
    return Seconds(a.value() - b.value());
  }
  friend constexpr auto operator<=>(Instant, Instant) = default;

 private:
  double since_1970_ = 0;
};

}  // namespace trainyard
