// Calendar dates as they stand in scenarios: "2024-07-23" or "2024-07-23T12:30:00", always UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace trainyard {

// Nothing where the text is no date of the calendar (2023-02-29) or lies outside 1970..2199.
std::optional<Instant> parse_date(std::string_view text);

// "2024-07-23" at midnight, "2024-07-23T12:30:00" otherwise; fractions of a second are cut.
std::string date_text(Instant instant);

}  // namespace trainyard
