#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("chips come in whole nodes", "[scenario]") {
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "64", "60")}.text()) ==
        "a.json:5:60: /deliveries/d/accelerators: 60 is no multiple of the 8 accelerators of a "
        "dgx_h100; use 56?");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "64", "4")}.text()) ==
        "a.json:5:60: /deliveries/d/accelerators: 4 is no multiple of the 8 accelerators of a "
        "dgx_h100; use 8?");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "64", "0")}.text()) ==
        "a.json:5:60: /deliveries/d/accelerators: 0 is below the least allowed, 1");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "64", "1e9")}.text()) ==
        "a.json:5:60: /deliveries/d/accelerators: 1000000000 is above the most allowed, 100000000");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, R"("accelerators": 64, )", "")}.text()) ==
        "a.json:5:23: /deliveries/d: missing \"accelerators\"; say how many chips arrive");
}

TEST_CASE("a delivery has an owner, a date and a site that exists", "[scenario]") {
  CHECK(problems(Fleet{.delivery = R"("node": "dgx_h100", "accelerators": 64)"}.text()) ==
        "a.json:5:23: /deliveries/d: missing \"site\"; add it: Where it arrives\n"
        "a.json:5:23: /deliveries/d: missing \"owner\"; add it: Whose chips they are\n"
        "a.json:5:23: /deliveries/d: missing \"arrives\"; add it: When it is at the site, as "
        "planned");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, R"("austin")", R"("asutin")")}.text()) ==
        "a.json:5:90: /deliveries/d/site: unknown site \"asutin\"; did you mean \"austin\"?");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, R"("austin")", R"("buffalo")")}.text()) ==
        "a.json:5:90: /deliveries/d/site: unknown site \"buffalo\"; known: austin");
}

TEST_CASE("dates are dates of the calendar", "[scenario]") {
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2023-02-29")}.text()) ==
        "a.json:5:111: /deliveries/d/arrives: \"2023-02-29\" is no date from 1970 to 2199; write a "
        "day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2.1.2024")}.text()) ==
        "a.json:5:111: /deliveries/d/arrives: \"2.1.2024\" is no date from 1970 to 2199; write a "
        "day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "1969-12-31")}.text()) ==
        "a.json:5:111: /deliveries/d/arrives: \"1969-12-31\" is no date from 1970 to 2199; write a "
        "day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, R"("2024-01-02")", "20240102")}.text()) ==
        "a.json:5:111: /deliveries/d/arrives: 20240102 is a number, not a date; write a day such "
        "as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
  CHECK(
      problems(
          Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2024-01-02T25:00:00")}.text()) ==
      "a.json:5:111: /deliveries/d/arrives: \"2024-01-02T25:00:00\" is no date from 1970 to 2199; "
      "write a day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
}

TEST_CASE("installing takes from nothing to ten years", "[scenario]") {
  CHECK(problems(Fleet{.delivery = a_delivery + R"(, "install": "-1 d")"}.text()) ==
        "a.json:5:136: /deliveries/d/install: -1 d is below the least allowed, 0 s");
  CHECK(problems(Fleet{.delivery = a_delivery + R"(, "install": "4000 d")"}.text()) ==
        "a.json:5:136: /deliveries/d/install: 4000 d is above the most allowed, 3660.0 d");
  CHECK(problems(Fleet{.delivery = a_delivery + R"(, "install": "19")"}.text()) ==
        "a.json:5:136: /deliveries/d/install: \"19\" has no unit; write a duration such as \"1.5 "
        "us\" or \"19 d\"");
}

TEST_CASE("a delivery is a kind of node or a pool, not both and not neither", "[scenario]") {
  CHECK(problems(Fleet{.delivery = a_pool}.text()) ==
        "a.json:5:23: /deliveries/d: neither a kind of node nor a pool is given; give \"node\" and "
        "\"accelerators\", or \"size\" and \"mix\"");
  CHECK(problems(
            Fleet{.delivery = a_delivery + R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h100": 1})"}
                .text()) ==
        "a.json:5:23: /deliveries/d: both a kind of node and a pool are given; give \"node\" and "
        "\"accelerators\", or \"size\" and \"mix\"");
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MW"})"}.text()) ==
        "a.json:5:23: /deliveries/d: \"size\" and \"mix\" go together; give both, or \"node\" and "
        "\"accelerators\"");
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "mix": {"dgx_h100": 1})"}.text()) ==
        "a.json:5:23: /deliveries/d: \"size\" and \"mix\" go together; give both, or \"node\" and "
        "\"accelerators\"");
}

TEST_CASE("a pool has one size, above zero", "[scenario]") {
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "size": {}, "mix": {"dgx_h100": 1})"}.text()) ==
        "a.json:5:93: /deliveries/d/size: 0 measures of size are given; give one of "
        "\"accelerators\", \"power\" and \"cost\"");
  CHECK(problems(Fleet{
            .delivery =
                a_pool + R"(, "size": {"power": "1 MW", "cost": "1 MUSD"}, "mix": {"dgx_h100": 1})"}
                     .text()) ==
        "a.json:5:93: /deliveries/d/size: 2 measures of size are given; give one of "
        "\"accelerators\", \"power\" and \"cost\"");
  CHECK(
      problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "0 MW"}, "mix": {"dgx_h100": 1})"}
                   .text()) == "a.json:5:103: /deliveries/d/size/power: 0 MW is not above 0 W");
  CHECK(problems(
            Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MUSD"}, "mix": {"dgx_h100": 1})"}
                .text()) ==
        "a.json:5:103: /deliveries/d/size/power: \"1 MUSD\" is an amount of money, not a power; "
        "write a power such as \"700 W\" or \"130 MW\"");
  CHECK(problems(
            Fleet{.delivery = a_pool + R"(, "size": {"accelerators": 8.5}, "mix": {"dgx_h100": 1})"}
                .text()) ==
        "a.json:5:110: /deliveries/d/size/accelerators: 8.5 is no whole number");
}

TEST_CASE("shares of a mix sum to at most 1 and leave one rest", "[scenario]") {
  CHECK(problems(Fleet{
            .delivery = a_pool +
                        R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h100": 0.6, "dgx_h200": 0.6})"}
                     .text()) ==
        "a.json:5:119: /deliveries/d/mix: the shares sum to 1.2; keep them within 1");
  CHECK(problems(Fleet{
            .delivery =
                a_pool +
                R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h100": "rest", "dgx_h200": "rest"})"}
                     .text()) ==
        "a.json:5:119: /deliveries/d/mix: \"rest\" is given more than once; give it to one kind of "
        "node");
  CHECK(problems(
            Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h100": 1.5})"}
                .text()) ==
        "a.json:5:132: /deliveries/d/mix/dgx_h100: 1.5 is above the most allowed, 1");
  CHECK(problems(Fleet{.delivery =
                           a_pool + R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h100": "most"})"}
                     .text()) ==
        "a.json:5:132: /deliveries/d/mix/dgx_h100: \"most\" is not known; did you mean \"rest\"?");
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MW"}, "mix": {"dgx_h10": 1})"}
                     .text()) ==
        "a.json:5:131: /deliveries/d/mix/dgx_h10: unknown name \"dgx_h10\" among platforms/nodes; "
        "did you mean \"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?");
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MW"}, "mix": {})"}.text()) ==
        "a.json:5:119: /deliveries/d/mix: no kind of node is named; name at least one");
  CHECK(problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "1 MW"}, "mix": ["dgx_h100"])"}
                     .text()) ==
        "a.json:5:119: /deliveries/d/mix: an array stands here, not an object keyed by name; write "
        "{\"name\": ...}");
}

TEST_CASE("a share holds at least one node and not absurdly many", "[scenario]") {
  CHECK(
      problems(Fleet{.delivery = a_pool + R"(, "size": {"power": "5 kW"}, "mix": {"dgx_h100": 1})"}
                   .text()) ==
      "a.json:5:119: /deliveries/d/mix: the share of dgx_h100 is smaller than one node; give it "
      "more, or leave it out");
  CHECK(problems(
            Fleet{.delivery = a_pool + R"(, "size": {"power": "1e300 W"}, "mix": {"dgx_h100": 1})"}
                .text()) ==
        "a.json:5:122: /deliveries/d/mix: the share of dgx_h100 is more than 1e+08 accelerators; "
        "choose a smaller pool");
  CHECK(
      problems(Fleet{
          .delivery = a_pool + R"(, "size": {"cost": "1 MUSD"}, "mix": {"dgx_h100": 1})",
          .more = R"("platforms": {"nodes": {"dgx_h100": {"use": "dgx_h100", "price": "0 USD"}}})"}
                   .text()) ==
      "a.json:5:120: /deliveries/d/mix: a dgx_h100 costs nothing, and money does not count it; "
      "give it a price, or size the pool in chips or power");
}

TEST_CASE("a delivery without more comes as planned and stays", "[scenario]") {
  const fleet::Delivery d = read_text(Fleet().text()).worlds.at(0).deliveries.at(0);
  CHECK(!d.ordered);
  CHECK(d.slip.mean() == 0);
  CHECK(d.shipping == Seconds(0));
  CHECK(d.install == Seconds(19 * 86400));
  CHECK(d.install_slip.mean() == 0);
  CHECK(!d.retires);
}

TEST_CASE("a delivery is ordered, shipped, late, installed and retired", "[scenario]") {
  const fleet::Delivery d =
      read_text(Fleet{.delivery = a_delivery +
                                  R"(, "ordered": "2023-11-03", "shipping": "60 d",
          "slip": {"kind": "exponential", "mean": "10 d"}, "install": "5 d",
          "install_slip": "1 d", "retires": "2030-01-01")"}
                    .text())
          .worlds.at(0)
          .deliveries.at(0);
  CHECK(d.ordered == Instant(1698969600));
  CHECK(d.shipping == Seconds(60 * 86400));
  CHECK(d.slip.kind == Distribution::Kind::exponential);
  CHECK(d.slip.mean() == 10 * 86400);
  CHECK(d.install == Seconds(5 * 86400));
  CHECK(d.install_slip.mean() == 86400);
  CHECK(d.retires == Instant(1893456000));
}

TEST_CASE("a delivery is ordered before it is shipped, and retires after it arrives",
          "[scenario]") {
  const auto wrong = [](const std::string& more) {
    return complaints(Fleet{.delivery = a_delivery + more}.text());
  };
  CHECK(wrong(R"(, "ordered": "2024-01-03")") ==
        "/deliveries/d/ordered: 2024-01-03 and 0 s of shipping are after it arrives, 2024-01-02; "
        "order it earlier, or let it arrive later");
  CHECK(wrong(R"(, "ordered": "2023-12-30", "shipping": "4 d")") ==
        "/deliveries/d/ordered: 2023-12-30 and 4.0 d of shipping are after it arrives, "
        "2024-01-02; order it earlier, or let it arrive later");
  CHECK(wrong(R"(, "ordered": "2023-12-30", "shipping": "3 d")") == "");
  CHECK(wrong(R"(, "retires": "2024-01-02")") ==
        "/deliveries/d/retires: 2024-01-02 is not after it arrives, 2024-01-02; let it retire "
        "later");
  CHECK(wrong(R"(, "shipping": "-1 d", "slip": {"kind": "uniform"})") ==
        "/deliveries/d/shipping: -1 d is below the least allowed, 0 s\n"
        "/deliveries/d/slip: missing \"from\"; add it: Shortest; uniform only\n"
        "/deliveries/d/slip: missing \"to\"; add it: Longest; uniform only");
}

TEST_CASE("a delivery arrives before the horizon ends, in every variant", "[scenario]") {
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2024-03-01")}.text()) ==
        "a.json:5:111: /deliveries/d/arrives: 2024-03-01 is not before the horizon's end, "
        "2024-03-01; let it arrive earlier, let the horizon end later, or leave the delivery out");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2024-02-29")}.text()) == "");
  CHECK(problems(Fleet{.delivery = replaced(a_delivery, "2024-01-02", "2020-01-02")}.text()) == "");
  CHECK(complaints(
            Fleet{.more = R"("variants": {"late": {"/deliveries/d/arrives": "+90 d"}})"}.text()) ==
        "/deliveries/d/arrives: 2024-04-01 is not before the horizon's end, 2024-03-01; let it "
        "arrive earlier, let the horizon end later, or leave the delivery out");
}
