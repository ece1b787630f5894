#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

std::string with(const std::string& members) {
  return Fleet{.site = R"("use": "giga_texas", )" + members}.text();
}

fleet::World world(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return read_text(text, overrides).worlds.at(0);
}

fleet::Site site(const std::string& members) {
  return world(with(members)).sites.at(0);
}

constexpr Instant new_year{1704067200};  // 2024-01-01
constexpr Seconds day{86400};

}  // namespace

TEST_CASE("phases of power begin on dates of their own", "[scenario]") {
  CHECK(
      problems(Fleet{
          .site =
              R"("use": "giga_texas", "power": {"a": {"from": "2024-01-01", "limit": "1 MW"}, "b": {"from": "2024-01-01", "limit": "2 MW"}})"}
                   .text()) ==
      "a.json:4:115: /sites/austin/power/b/from: phase \"a\" begins on the same date; give each "
      "phase a date of its own");
}

TEST_CASE("a limit is a power, not below zero", "[scenario]") {
  CHECK(problems(Fleet{
            .site =
                R"("use": "giga_texas", "power": {"a": {"from": "2024-01-01", "limit": "-1 MW"}})"}
                     .text()) ==
        "a.json:4:92: /sites/austin/power/a/limit: -1 MW is below the least allowed, 0 W");
  CHECK(problems(Fleet{
            .site =
                R"("use": "giga_texas", "power": {"a": {"from": "2024-01-01", "limit": "NaN W"}})"}
                     .text()) ==
        "a.json:4:92: /sites/austin/power/a/limit: \"NaN W\" is not finite; write a power such as "
        "\"700 W\" or \"130 MW\"");
  CHECK(problems(Fleet{
            .site = R"("use": "giga_texas", "power": {"a": {"from": "2024-01-01", "limit": 130}})"}
                     .text()) ==
        "a.json:4:92: /sites/austin/power/a/limit: 130 has no unit; write a power such as \"700 "
        "W\" or \"130 MW\"");
  CHECK(problems(Fleet{.site = R"("use": "giga_texas", "power": {"a": {}})"}.text()) ==
        "a.json:4:60: /sites/austin/power/a: missing \"from\"; add it: When the phase begins\n"
        "a.json:4:60: /sites/austin/power/a: missing \"limit\"; add it: Facility power from then "
        "on, cooling included");
  CHECK(problems(Fleet{.site = R"("use": "giga_texas", "planned_draw": "mesured")"}.text()) ==
        "a.json:4:61: /sites/austin/planned_draw: \"mesured\" is not known; did you mean "
        "\"measured\"?");
}

TEST_CASE("a site without more has no limits, no outages and no trip", "[scenario]") {
  const fleet::Site plain = world(Fleet().text()).sites.at(0);
  CHECK(plain.power.empty());
  CHECK(plain.cooling.empty());
  CHECK(plain.basis == fleet::PowerBasis::measured);
  CHECK(plain.shortage == fleet::Shortage::stop);
  CHECK(plain.slowest == 0.6);
  CHECK(plain.outages.empty());
  CHECK(!plain.trip);
  CHECK(plain.store.bandwidth == BytesPerSecond(0));
  CHECK(plain.store.per_node == BytesPerSecond(0));
}

TEST_CASE("cooling has phases as power has", "[scenario]") {
  const fleet::Site cooled = site(R"("cooling": {
    "b": {"from": "2024-02-01", "limit": "2 MW"}, "a": {"from": "2024-01-01", "limit": "1 MW"}})");
  REQUIRE(cooled.cooling.size() == 2);
  CHECK(cooled.cooling[0].name == "a");
  CHECK(cooled.cooling[0].from == new_year);
  CHECK(cooled.cooling[1].limit == Watts(2e6));
  CHECK(cooled.power.empty());
  CHECK(complaints(with(R"("cooling": {"a": {"from": "2024-01-01", "limit": "-1 W"},
                                       "b": {"from": "2024-01-01"}})")) ==
        "/sites/austin/cooling/a/limit: -1 W is below the least allowed, 0 W\n"
        "/sites/austin/cooling/b: missing \"limit\"; add it: Power of the nodes alone, before PUE, "
        "from then on\n"
        "/sites/austin/cooling/b/from: phase \"a\" begins on the same date; give each phase a date "
        "of its own");
}

TEST_CASE("where power is short chips stop, or clocks are lowered", "[scenario]") {
  CHECK(site(R"("when_short": "stop")").shortage == fleet::Shortage::stop);
  const fleet::Site slow = site(R"("when_short": "slow")");
  CHECK(slow.shortage == fleet::Shortage::slow);
  CHECK(slow.slowest == 0.6);
  CHECK(site(R"("when_short": "slow", "slowest": 0.3)").slowest == 0.3);
  CHECK(complaints(with(R"("when_short": "slwo", "slowest": 0.2)")) ==
        "/sites/austin/when_short: \"slwo\" is not known; did you mean \"slow\"?\n"
        "/sites/austin/slowest: 0.2 is below the least allowed, 0.3");
  CHECK(complaints(with(R"("slowest": 0.5)")) ==
        "/sites/austin/slowest: clocks are not lowered at this site; add \"when_short\": "
        "\"slow\", or leave it out");
}

TEST_CASE("a site may be dark for a while, and its substation may open", "[scenario]") {
  const fleet::Site dark = site(R"("outages": {"storm": {"from": "2024-01-02", "lasts": "6 h"}},
                                   "trip": {"above": "2.2 MW", "lasts": "1 d"})");
  REQUIRE(dark.outages.size() == 1);
  CHECK(dark.outages[0].name == "storm");
  CHECK(dark.outages[0].from == new_year + day);
  CHECK(dark.outages[0].lasts == Seconds(21600));
  REQUIRE(dark.trip);
  CHECK(dark.trip->above == Watts(2.2e6));
  CHECK(dark.trip->lasts == day);
  CHECK(complaints(with(R"("outages": {"a": {"from": "2024-01-02", "lasts": "0 h"}, "b": {}},
                           "trip": {"above": "0 W"})")) ==
        "/sites/austin/outages/a/lasts: 0 h is not above 0 s\n"
        "/sites/austin/outages/b: missing \"from\"; add it: When it begins\n"
        "/sites/austin/outages/b: missing \"lasts\"; add it: How long\n"
        "/sites/austin/trip: missing \"lasts\"; add it: Until it is closed again\n"
        "/sites/austin/trip/above: 0 W is not above 0 W");
}

TEST_CASE("a store has limits of its own or of the library", "[scenario]") {
  const fleet::Store own = site(R"("storage": {"bandwidth": "1 TB/s"})").store;
  CHECK(own.bandwidth == BytesPerSecond(1e12));
  CHECK(own.per_node == BytesPerSecond(0));
  CHECK(site(R"("storage": {"per_node": "1 GB/s"})").store.per_node == BytesPerSecond(1e9));
  const fleet::Store tectonic = site(R"("storage": {"use": "tectonic"})").store;
  CHECK(tectonic.bandwidth == BytesPerSecond(2e12));
  CHECK(tectonic.per_node == BytesPerSecond(25e9));
  const fleet::Store changed =
      site(R"("storage": {"use": "tectonic", "per_node": "50 GB/s"})").store;
  CHECK(changed.bandwidth == BytesPerSecond(2e12));
  CHECK(changed.per_node == BytesPerSecond(50e9));
  CHECK(complaints(with(R"("storage": {})")) ==
        "/sites/austin/storage: neither \"bandwidth\" nor \"per_node\" is given; give one of them, "
        "or leave \"storage\" out for a store without limits");
  CHECK(complaints(with(R"("storage": {"bandwidth": "0 B/s", "per_node": "1 GB"})")) ==
        "/sites/austin/storage/bandwidth: 0 B/s is not above 0 B/s\n"
        "/sites/austin/storage/per_node: \"1 GB\" is an amount of data, not a data rate; write a "
        "data rate such as \"450 GB/s\" or \"400 Gb/s\"");
  CHECK(complaints(with(R"("storage": {"use": "tectonics"})")) ==
        "/sites/austin/storage/use: unknown name \"tectonics\" among platforms/storage; did you "
        "mean \"tectonic\"?");
}

TEST_CASE("a link may carry nothing for a while", "[scenario]") {
  const std::string two = replaced(Fleet().text(), R"("sites": {"austin")",
                                   R"("sites": {"west": {"use": "palo_alto"}, "austin")");
  const std::string link =
      R"("wan": {"w": {"summary": "s", "ends": ["west", "austin"], "distance": "1 km",
          "latency": "1 ms", "bandwidth": "1 Gb/s",
          "outages": {"cut": {"from": "2024-01-02", "lasts": "1 d"}}}})";
  const fleet::World cut = world(replaced(two, R"("jobs": {)", link + R"(, "jobs": {)"));
  REQUIRE(cut.wan_outages.size() == 1);
  CHECK(cut.wan.at(cut.wan_outages[0].link).name == "w");
  CHECK(cut.wan_outages[0].outage.name == "cut");
  CHECK(cut.wan_outages[0].outage.from == new_year + day);
  CHECK(cut.wan_outages[0].outage.lasts == day);
}

TEST_CASE("chips go where power comes within the horizon", "[scenario]") {
  const auto powered = [](const std::string& phases) {
    return complaints(with(R"("power": {)" + phases + "}"));
  };
  const std::string none =
      "/sites/austin/power: chips are sent here, but no phase is above 0 W within the horizon, "
      "which ends on 2024-03-01; begin one earlier, let the horizon end later, or leave \"power\" "
      "out for no limit";
  CHECK(powered(R"("a": {"from": "2024-02-29", "limit": "1 W"})").empty());
  CHECK(powered(R"("a": {"from": "2023-01-01", "limit": "1 W"})").empty());
  CHECK(powered(R"("a": {"from": "2024-03-01", "limit": "1 MW"})") == none);
  CHECK(powered(R"("a": {"from": "2024-01-01", "limit": "0 W"})") == none);
  // Over before the horizon begins.
  CHECK(powered(R"("a": {"from": "2023-01-01", "limit": "1 MW"},
                   "b": {"from": "2024-01-01", "limit": "0 W"})") == none);
  CHECK(powered(R"("a": {"from": "2023-01-01", "limit": "1 MW"},
                   "b": {"from": "2024-01-02", "limit": "0 W"})")
            .empty());
  CHECK(complaints(with(R"("cooling": {"a": {"from": "2025-01-01", "limit": "1 MW"}})")) ==
        replaced(none, "power", "cooling"));
}

TEST_CASE("a site that gets no chips needs no power", "[scenario]") {
  const std::string elsewhere = replaced(Fleet().text(), R"("sites": {"austin")",
                                         R"("sites": {"dark": {"use": "palo_alto",
          "power": {"a": {"from": "2025-01-01", "limit": "1 MW"}}}, "austin")");
  CHECK(problems(elsewhere).empty());
  const std::string moved = replaced(elsewhere, R"("jobs": {)", R"("moves": {"m": {
      "delivery": "d", "accelerators": 8, "at": "2024-02-01", "site": "dark"}}, "jobs": {)");
  CHECK(complaints(moved) ==
        "/sites/dark/power: chips are sent here, but no phase is above 0 W within the horizon, "
        "which ends on 2024-03-01; begin one earlier, let the horizon end later, or leave "
        "\"power\" out for no limit");
}
