#include "base/date.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace trainyard {
namespace {

constexpr double seconds_per_day = 86400;

// "12" at `at` as a number; nothing where a character is no digit.
std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
  unsigned number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

std::optional<double> day_start(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || *year < 1970 || *year > 2199) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count()) *
         seconds_per_day;
}

std::optional<double> time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  const auto second = digits(text, 6, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return *hour * 3600.0 + *minute * 60.0 + *second;
}

}  // namespace

std::optional<Instant> parse_date(std::string_view text) {
  const auto day = day_start(text.substr(0, 10));
  if (!day) return std::nullopt;
  if (text.size() == 10) return Instant(*day);
  if (text.size() != 19 || text[10] != 'T') return std::nullopt;
  const auto time = time_of_day(text.substr(11));
  if (!time) return std::nullopt;
  return Instant(*day + *time);
}

std::string date_text(Instant instant) {
  const double days = std::floor(instant.value() / seconds_per_day);
  const auto rest = static_cast<int>(instant.value() - days * seconds_per_day);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<long>(days)))};
  std::string day =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (rest == 0) return day;
  return fmt::format("{}T{:02}:{:02}:{:02}", day, rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace trainyard
