#include "base/date.hpp"

#include <catch2/catch.hpp>

using trainyard::date_text;
using trainyard::Instant;
using trainyard::parse_date;

TEST_CASE("a day is its midnight in seconds since 1970", "[base]") {
  CHECK(parse_date("1970-01-01") == Instant(0));
  // 19,927 days: `date -u -d 2024-07-23 +%s`.
  CHECK(parse_date("2024-07-23") == Instant(1721692800));
  CHECK(parse_date("2024-07-23T12:30:15") == Instant(1721692800 + 12 * 3600 + 30 * 60 + 15));
}

TEST_CASE("days that the calendar lacks are no dates", "[base]") {
  CHECK(parse_date("2024-02-29"));
  CHECK(!parse_date("2023-02-29"));
  CHECK(!parse_date("2100-02-29"));
  CHECK(!parse_date("2024-00-10"));
  CHECK(!parse_date("2024-13-10"));
  CHECK(!parse_date("2024-04-31"));
}

TEST_CASE("years outside 1970 to 2199 are no dates", "[base]") {
  CHECK(!parse_date("1969-12-31"));
  CHECK(parse_date("2199-12-31T23:59:59"));
  CHECK(!parse_date("2200-01-01"));
}

TEST_CASE("other ways to write a date are refused", "[base]") {
  const auto* text = GENERATE("", "2024", "2024-7-23", "23.07.2024", "2024-07-23T",
                              "2024-07-23 12:00:00", "2024-07-23T24:00:00", "2024-07-23T12:60:00",
                              "2024-07-23T12:00:60", "2024-07-23T12:00:00Z", "2024-07-23T12:00",
                              "2024-O7-23", "+024-07-23", " 2024-07-23", "2024-07-23 ");
  CAPTURE(text);
  CHECK(!parse_date(text));
}

TEST_CASE("a date reads back from its text", "[base]") {
  const auto* text = GENERATE("1970-01-01", "2024-02-29", "2024-07-23T12:30:15",
                              "2199-12-31T23:59:59", "2024-07-23T00:00:01");
  CHECK(date_text(parse_date(text).value()) == text);
}

TEST_CASE("fractions of a second are cut from a date's text", "[base]") {
  CHECK(date_text(Instant(0.9)) == "1970-01-01");
  CHECK(date_text(Instant(59.999)) == "1970-01-01T00:00:59");
}
