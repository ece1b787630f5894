#include "report/number_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/quantity.hpp"

namespace trainyard::report {

std::string grouped(double number) {
  std::string digits = fmt::format("{:.0f}", std::abs(number));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return (number < 0 && digits != "0" ? "-" : "") + digits;
}

std::string whole_percent(double part) {
  return std::isfinite(part) ? fmt::format("{:.0f} %", part * 100) : "-";
}

std::string time_text(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  const bool minutes =
      seconds >= 1000 && seconds < 7200;  // too many for seconds, too few for hours
  return minutes ? fmt::format("{:.1f} min", seconds / 60) : human(Seconds(seconds));
}

}  // namespace trainyard::report
