#include "report/number_text.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace trainyard::report {

TEST_CASE("large numbers are grouped by thousands", "[report]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999.6) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(-1234) == "-1,234");
  CHECK(grouped(-0.2) == "0");
}

TEST_CASE("shares and times are told, or a dash where there are none", "[report]") {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(whole_percent(0.374) == "37 %");
  CHECK(whole_percent(none) == "-");
  CHECK(time_text(12600) == "3.5 h");
  CHECK(time_text(2190) == "36.5 min");
  CHECK(time_text(354) == "354 s");
  CHECK(time_text(none) == "-");
}

}  // namespace trainyard::report
