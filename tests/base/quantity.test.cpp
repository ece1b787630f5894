#include "base/quantity.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace trainyard;

namespace {

// NaN where the text is no quantity of that dimension.
double si(std::string_view text, Dimension dimension) {
  const auto measured = parse_quantity(text);
  return measured && measured->dimension == dimension ? measured->si : std::nan("");
}

constexpr auto all_dimensions = {Dimension::seconds,
                                 Dimension::bytes,
                                 Dimension::flops,
                                 Dimension::bytes_per_second,
                                 Dimension::flops_per_second,
                                 Dimension::watts,
                                 Dimension::joules,
                                 Dimension::usd,
                                 Dimension::usd_per_joule,
                                 Dimension::kilograms_per_joule,
                                 Dimension::meters,
                                 Dimension::per_second,
                                 Dimension::usd_per_second};

}  // namespace

TEST_CASE("decimal prefixes are powers of 1000 and binary ones of 1024", "[base]") {
  CHECK(si("450 GB/s", Dimension::bytes_per_second) == 450e9);
  CHECK(si("80 GiB", Dimension::bytes) == 80 * 0x1p30);
  CHECK(si("64 KiB", Dimension::bytes) == 65536);
  CHECK(si("989.4 TFLOP/s", Dimension::flops_per_second) == Approx(989.4e12).epsilon(1e-15));
  CHECK(si("130 MW", Dimension::watts) == 130e6);
}

TEST_CASE("b is a bit and B a byte", "[base]") {
  CHECK(si("400 Gb/s", Dimension::bytes_per_second) == 50e9);
  CHECK(si("400 Gbit/s", Dimension::bytes_per_second) == 50e9);
  CHECK(si("400 GB/s", Dimension::bytes_per_second) == 400e9);
  CHECK(si("8 b", Dimension::bytes) == 1);
}

TEST_CASE("times, energies, prices and distances have their everyday units", "[base]") {
  CHECK(si("1.5 us", Dimension::seconds) == Approx(1.5e-6).epsilon(1e-15));
  CHECK(si("19 d", Dimension::seconds) == 19 * 86400);
  CHECK(si("2 week", Dimension::seconds) == 14 * 86400);
  CHECK(si("5 min", Dimension::seconds) == 300);
  CHECK(si("3 MWh", Dimension::joules) == 3 * 3.6e9);
  CHECK(si("0.066 USD/kWh", Dimension::usd_per_joule) == Approx(0.066 / 3.6e6).epsilon(1e-15));
  CHECK(si("350 kg/MWh", Dimension::kilograms_per_joule) == Approx(350 / 3.6e9).epsilon(1e-15));
  CHECK(si("350 g/kWh", Dimension::kilograms_per_joule) == Approx(350 / 3.6e9).epsilon(1e-15));
  CHECK(si("881.2 km", Dimension::meters) == Approx(881200).epsilon(1e-15));
  CHECK(si("500 MUSD", Dimension::usd) == 500e6);
}

TEST_CASE("frequencies, rates of money and rents of power have their everyday units", "[base]") {
  constexpr double year = 365.25 * 86400;
  CHECK(si("1 year", Dimension::seconds) == year);
  CHECK(si("2 1/s", Dimension::per_second) == 2);
  CHECK(si("2e-5 1/h", Dimension::per_second) == Approx(2e-5 / 3600).epsilon(1e-15));
  CHECK(si("3 1/d", Dimension::per_second) == Approx(3 / 86400.0).epsilon(1e-15));
  CHECK(si("0.04 1/year", Dimension::per_second) == Approx(0.04 / year).epsilon(1e-15));
  CHECK(si("5 USD/s", Dimension::usd_per_second) == 5);
  CHECK(si("250 USD/h", Dimension::usd_per_second) == Approx(250 / 3600.0).epsilon(1e-15));
  CHECK(si("1 USD/month", Dimension::usd_per_second) == Approx(12 / year).epsilon(1e-15));
  CHECK(si("2e6 USD/year", Dimension::usd_per_second) == Approx(2e6 / year).epsilon(1e-15));
  // A kilowatt for a year at 100 USD a month.
  CHECK(si("100 USD/kW/month", Dimension::usd_per_joule) * 1e3 * year ==
        Approx(1200).epsilon(1e-15));
}

TEST_CASE("negative numbers and exponents are numbers", "[base]") {
  CHECK(si("-5 MW", Dimension::watts) == -5e6);
  CHECK(si("1e3 W", Dimension::watts) == 1000);
}

TEST_CASE("texts that are no quantity are refused", "[base]") {
  const auto* text = GENERATE("", "130", "MW", "130MW", "130  MW", " 130 MW", "130 MW ", "130 mW",
                              "130 mb", "inf W", "nan W", "1e999 W", "1e300 EW", "0x10 W", "1,5 W",
                              "130 kkW", "3 Mm", "5 kmin", "+5 W", "130 ");
  CAPTURE(text);
  CHECK(!parse_quantity(text));
}

TEST_CASE("a quantity's text reads back as the same number in every dimension", "[base]") {
  const double number = GENERATE(0.0, 1.0, 0.1, 1.0 / 3, 130e6, 989.4e12, 1.5e-6, -7e-9);
  for (const Dimension dimension : all_dimensions) {
    const std::string text = quantity_text({number, dimension});
    CAPTURE(text);
    CHECK(si(text, dimension) == number);
  }
}

TEST_CASE("texts for people have a prefix and up to four digits", "[base]") {
  CHECK(human(Watts(126e6)) == "126 MW");
  CHECK(human(Watts(0)) == "0 W");
  CHECK(human(FlopsPerSecond(11.4321e15)) == "11.43 PFLOP/s");
  CHECK(human(Bytes(80e9)) == "80 GB");
  CHECK(human(Usd(500e6)) == "500 MUSD");
}

TEST_CASE("texts for people give durations in the unit that fits", "[base]") {
  CHECK(human(Seconds(19 * 86400.0)) == "19.0 d");
  CHECK(human(Seconds(3 * 3600.0)) == "3.0 h");
  CHECK(human(Seconds(12.34)) == "12.3 s");
  CHECK(human(Seconds(0.25)) == "250 ms");
  CHECK(human(Seconds(1.5e-6)) == "1.5 us");
}

TEST_CASE("texts for people never put a prefix on a unit that takes none", "[base]") {
  CHECK(human(Meters(2394.9e3)) == "2395 km");
  CHECK(human(Meters(2.5)) == "2.5 m");
  CHECK(human(UsdPerJoule(0.066 / 3.6e6)) == "0.066 USD/kWh");
  CHECK(human(KilogramsPerJoule(350 / 3.6e9)) == "350 kg/MWh");
  CHECK(human(PerSecond(2.0 / 3600)) == "2 1/h");
  CHECK(human(UsdPerSecond(250 / 3600.0)) == "250 USD/h");
}

TEST_CASE("texts for people are quantities again in every dimension", "[base]") {
  const double number = GENERATE(1.0, 2500.0, 3e6, 4e9, 7e-5);
  for (const Dimension dimension : all_dimensions) {
    const std::string text = human(Measured{number, dimension});
    CAPTURE(text);
    CHECK(si(text, dimension) == Approx(number).epsilon(0.02));
  }
}

TEST_CASE("every dimension has a description whose examples are of it", "[base]") {
  for (const Dimension dimension : all_dimensions) {
    const std::string_view words = description(dimension);
    const std::size_t open = words.find('"');
    const std::size_t close = words.find('"', open + 1);
    CAPTURE(words);
    CHECK(si(words.substr(open + 1, close - open - 1), dimension) > 0);
  }
}
