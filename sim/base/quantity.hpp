// Text with a unit to a typed quantity and back: "450 GB/s", "80 GiB", "1.5 us", "130 MW".
// k M G T P E are powers of 1000, Ki Mi Gi Ti of 1024; `b` is a bit, `B` a byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace trainyard {

enum class Dimension {
  seconds,
  bytes,
  flops,
  bytes_per_second,
  flops_per_second,
  watts,
  joules,
  usd,
  usd_per_joule,
  kilograms_per_joule,
  meters,
  per_second,
  usd_per_second,
};

struct Measured {
  double si = 0;
  Dimension dimension = Dimension::seconds;
};

// Number, space, unit. Nothing where the text is no such thing; infinities and NaN are refused.
std::optional<Measured> parse_quantity(std::string_view text);

// Like "a duration such as \"1.5 us\" or \"19 d\"": for messages and the schema.
std::string_view description(Dimension dimension);

// Shortest text that `parse_quantity` turns into the same number, in the dimension's SI unit.
std::string quantity_text(Measured quantity);

// For people: three or four digits and a prefix ("126 MW", "11.4 PFLOP/s", "0.066 USD/kWh").
std::string human(Measured quantity);

template <class Unit>
constexpr Dimension dimension_of();
template <>
constexpr Dimension dimension_of<Seconds>() {
  return Dimension::seconds;
}
template <>
constexpr Dimension dimension_of<Bytes>() {
  return Dimension::bytes;
}
template <>
constexpr Dimension dimension_of<Flops>() {
  return Dimension::flops;
}
template <>
constexpr Dimension dimension_of<BytesPerSecond>() {
  return Dimension::bytes_per_second;
}
template <>
constexpr Dimension dimension_of<FlopsPerSecond>() {
  return Dimension::flops_per_second;
}
template <>
constexpr Dimension dimension_of<Watts>() {
  return Dimension::watts;
}
template <>
constexpr Dimension dimension_of<Joules>() {
  return Dimension::joules;
}
template <>
constexpr Dimension dimension_of<Usd>() {
  return Dimension::usd;
}
template <>
constexpr Dimension dimension_of<UsdPerJoule>() {
  return Dimension::usd_per_joule;
}
template <>
constexpr Dimension dimension_of<KilogramsPerJoule>() {
  return Dimension::kilograms_per_joule;
}
template <>
constexpr Dimension dimension_of<Meters>() {
  return Dimension::meters;
}

template <>
constexpr Dimension dimension_of<PerSecond>() {
  return Dimension::per_second;
}
template <>
constexpr Dimension dimension_of<UsdPerSecond>() {
  return Dimension::usd_per_second;
}

template <class T>
std::string human(T quantity) {
  return human(Measured{quantity.value(), dimension_of<T>()});
}

}  // namespace trainyard
