#include "base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace trainyard {
namespace {

struct UnitRow {
  std::string_view symbol;
  double si;
  Dimension dimension;
  bool prefixed;  // takes k, M, G, ... in front
};

constexpr double joules_per_kwh = 3.6e6;
constexpr double seconds_per_day = 86400;
constexpr double seconds_per_year = 365.25 * seconds_per_day;

constexpr std::array units{
    UnitRow{"s", 1, Dimension::seconds, false},
    UnitRow{"ms", 1e-3, Dimension::seconds, false},
    UnitRow{"us", 1e-6, Dimension::seconds, false},
    UnitRow{"ns", 1e-9, Dimension::seconds, false},
    UnitRow{"min", 60, Dimension::seconds, false},
    UnitRow{"h", 3600, Dimension::seconds, false},
    UnitRow{"d", seconds_per_day, Dimension::seconds, false},
    UnitRow{"week", 7 * seconds_per_day, Dimension::seconds, false},
    UnitRow{"year", seconds_per_year, Dimension::seconds, false},
    UnitRow{"B", 1, Dimension::bytes, true},
    UnitRow{"b", 0.125, Dimension::bytes, true},
    UnitRow{"FLOP", 1, Dimension::flops, true},
    UnitRow{"B/s", 1, Dimension::bytes_per_second, true},
    UnitRow{"b/s", 0.125, Dimension::bytes_per_second, true},
    UnitRow{"bit/s", 0.125, Dimension::bytes_per_second, true},
    UnitRow{"FLOP/s", 1, Dimension::flops_per_second, true},
    UnitRow{"W", 1, Dimension::watts, true},
    UnitRow{"J", 1, Dimension::joules, true},
    UnitRow{"Wh", 3600, Dimension::joules, true},
    UnitRow{"USD", 1, Dimension::usd, true},
    UnitRow{"USD/J", 1, Dimension::usd_per_joule, false},
    UnitRow{"USD/kWh", 1 / joules_per_kwh, Dimension::usd_per_joule, false},
    UnitRow{"USD/MWh", 1e-3 / joules_per_kwh, Dimension::usd_per_joule, false},
    // For a place under power, by the kilowatt it may draw.
    UnitRow{"USD/kW/month", 12e-3 / seconds_per_year, Dimension::usd_per_joule, false},
    UnitRow{"kg/J", 1, Dimension::kilograms_per_joule, false},
    UnitRow{"kg/MWh", 1e-3 / joules_per_kwh, Dimension::kilograms_per_joule, false},
    UnitRow{"g/kWh", 1e-3 / joules_per_kwh, Dimension::kilograms_per_joule, false},
    UnitRow{"m", 1, Dimension::meters, false},
    UnitRow{"km", 1e3, Dimension::meters, false},
    UnitRow{"1/s", 1, Dimension::per_second, false},
    UnitRow{"1/h", 1.0 / 3600, Dimension::per_second, false},
    UnitRow{"1/d", 1 / seconds_per_day, Dimension::per_second, false},
    UnitRow{"1/year", 1 / seconds_per_year, Dimension::per_second, false},
    UnitRow{"USD/s", 1, Dimension::usd_per_second, false},
    UnitRow{"USD/h", 1.0 / 3600, Dimension::usd_per_second, false},
    UnitRow{"USD/month", 12 / seconds_per_year, Dimension::usd_per_second, false},
    UnitRow{"USD/year", 1 / seconds_per_year, Dimension::usd_per_second, false},
};

struct PrefixRow {
  std::string_view symbol;
  double factor;
};

constexpr std::array prefixes{
    PrefixRow{"Ki", 0x1p10}, PrefixRow{"Mi", 0x1p20}, PrefixRow{"Gi", 0x1p30},
    PrefixRow{"Ti", 0x1p40}, PrefixRow{"Pi", 0x1p50}, PrefixRow{"k", 1e3},
    PrefixRow{"M", 1e6},     PrefixRow{"G", 1e9},     PrefixRow{"T", 1e12},
    PrefixRow{"P", 1e15},    PrefixRow{"E", 1e18},    PrefixRow{"Z", 1e21},
};

struct Scale {
  double factor;
  Dimension dimension;
};

std::optional<Scale> find_unit(std::string_view symbol) {
  for (const UnitRow& unit : units) {
    if (symbol == unit.symbol) return Scale{unit.si, unit.dimension};
  }
  for (const PrefixRow& prefix : prefixes) {
    if (!symbol.starts_with(prefix.symbol)) continue;
    const std::string_view rest = symbol.substr(prefix.symbol.size());
    for (const UnitRow& unit : units) {
      if (unit.prefixed && rest == unit.symbol)
        return Scale{unit.si * prefix.factor, unit.dimension};
    }
  }
  return std::nullopt;
}

// The unit `quantity_text` writes: SI, so that text and number carry the same digits.
std::string_view si_symbol(Dimension dimension) {
  for (const UnitRow& unit : units) {
    if (unit.dimension == dimension && unit.si == 1) return unit.symbol;
  }
  return "";
}

}  // namespace

std::optional<Measured> parse_quantity(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || !std::isfinite(number) || rest == end || *rest != ' ') {
    return std::nullopt;
  }
  const auto unit = find_unit(std::string_view(rest + 1, static_cast<std::size_t>(end - rest - 1)));
  if (!unit || !std::isfinite(number * unit->factor)) return std::nullopt;
  return Measured{number * unit->factor, unit->dimension};
}

std::string_view description(Dimension dimension) {
  switch (dimension) {
    case Dimension::seconds:
      return "a duration such as \"1.5 us\" or \"19 d\"";
    case Dimension::bytes:
      return "an amount of data such as \"80 GB\" or \"64 GiB\"";
    case Dimension::flops:
      return "an amount of work such as \"6 TFLOP\"";
    case Dimension::bytes_per_second:
      return "a data rate such as \"450 GB/s\" or \"400 Gb/s\"";
    case Dimension::flops_per_second:
      return "a rate of work such as \"989.4 TFLOP/s\"";
    case Dimension::watts:
      return "a power such as \"700 W\" or \"130 MW\"";
    case Dimension::joules:
      return "an energy such as \"3 MWh\"";
    case Dimension::usd:
      return "an amount of money such as \"30000 USD\" or \"500 MUSD\"";
    case Dimension::usd_per_joule:
      return "a price of energy such as \"0.066 USD/kWh\"";
    case Dimension::kilograms_per_joule:
      return "a carbon intensity such as \"350 kg/MWh\"";
    case Dimension::meters:
      return "a distance such as \"881.2 km\"";
    case Dimension::per_second:
      return "a frequency such as \"2e-5 1/h\" or \"0.04 1/year\"";
    case Dimension::usd_per_second:
      return "a rate of money such as \"250 USD/h\" or \"2e6 USD/year\"";
  }
  return "";
}

std::string quantity_text(Measured quantity) {
  return fmt::format("{} {}", quantity.si, si_symbol(quantity.dimension));
}

namespace {

std::string human_time(double seconds) {
  const double size = std::abs(seconds);
  if (size >= 2 * seconds_per_day) return fmt::format("{:.1f} d", seconds / seconds_per_day);
  if (size >= 7200) return fmt::format("{:.1f} h", seconds / 3600);
  if (size >= 1 || size == 0) return fmt::format("{:.3g} s", seconds);
  if (size >= 1e-3) return fmt::format("{:.4g} ms", seconds * 1e3);
  return fmt::format("{:.4g} us", seconds * 1e6);
}

// The everyday unit of dimensions that take no prefix.
std::string_view everyday_symbol(Measured quantity) {
  switch (quantity.dimension) {
    case Dimension::usd_per_joule:
      return "USD/kWh";
    case Dimension::kilograms_per_joule:
      return "kg/MWh";
    case Dimension::meters:
      return std::abs(quantity.si) < 1000 ? "m" : "km";
    case Dimension::per_second:
      return "1/h";
    case Dimension::usd_per_second:
      return "USD/h";
    default:
      return "";
  }
}

}  // namespace

std::string human(Measured quantity) {
  if (quantity.dimension == Dimension::seconds) return human_time(quantity.si);
  if (const auto symbol = everyday_symbol(quantity); !symbol.empty()) {
    return fmt::format("{:.4g} {}", quantity.si / find_unit(symbol)->factor, symbol);
  }
  const std::string_view symbol = si_symbol(quantity.dimension);
  const PrefixRow* best = nullptr;
  for (const PrefixRow& prefix : prefixes) {
    if (prefix.symbol.size() == 1 && std::abs(quantity.si) >= prefix.factor) best = &prefix;
  }
  if (best == nullptr) return fmt::format("{:.4g} {}", quantity.si, symbol);
  return fmt::format("{:.4g} {}{}", quantity.si / best->factor, best->symbol, symbol);
}

}  // namespace trainyard
