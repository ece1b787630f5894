#include "document/reader.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "document/reading.hpp"

using namespace trainyard;
using namespace trainyard::document;
using trainyard::document::test::problems;

namespace {

void read_site(Object site) {
  site.number("pue", {.doc = "Power usage effectiveness", .minimum = 1});
  site.each("power", {.doc = "Power phases by name"}, [](const std::string&, Object phase) {
    phase.date("from", {.doc = "First day", .presence = Presence::optional});
    phase.quantity<Watts>("limit", {.doc = "Limit of the phase", .minimum = 0});
  });
}

}  // namespace

TEST_CASE("a good document has no problems", "[document]") {
  CHECK(problems(R"({"pue": 1.2, "power": {"house": {"limit": "130 MW"}}})", read_site).empty());
}

TEST_CASE("all problems of a document are told at once, by place", "[document]") {
  CHECK(problems(R"({
  "power": {
    "house": {"limit": "130 MB", "form": "2024-07-23"},
    "late": {"from": 5}
  },
  "pue": 0.9
})",
                 read_site) ==
        "a.json:3:24: /power/house/limit: \"130 MB\" is an amount of data, not a power; write a "
        "power such as \"700 W\" or \"130 MW\"\n"
        "a.json:3:42: /power/house/form: unknown key \"form\"; did you mean \"from\"?\n"
        "a.json:4:13: /power/late: missing \"limit\"; add it: Limit of the phase\n"
        "a.json:4:22: /power/late/from: 5 is a number, not a date; write a day such as "
        "\"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC\n"
        "a.json:6:10: /pue: 0.9 is below the least allowed, 1");
}

TEST_CASE("an unknown key that resembles none is met with the known ones", "[document]") {
  CHECK(problems(R"({"pue": 1.2, "power": {}, "zzzzzzz": 1})", read_site) ==
        "a.json:1:38: /zzzzzzz: unknown key \"zzzzzzz\"; known: pue, power");
}

TEST_CASE("what is no object is one problem and not one for each key", "[document]") {
  CHECK(problems("5", read_site) == "a.json:1:1: 5 stands here, not an object; write {...}");
  CHECK(problems(R"({"pue": 1, "power": {"house": [1]}})", read_site) ==
        "a.json:1:31: /power/house: an array stands here, not an object; write {...}");
  CHECK(problems(R"({"pue": 1, "power": "much"})", read_site) ==
        "a.json:1:21: /power: \"much\" stands here, not an object keyed by name; write {\"name\": "
        "...}");
}

TEST_CASE("an absent optional member is nothing", "[document]") {
  CHECK(problems("{}", [](Object object) {
          const Rule rule{.doc = "", .presence = Presence::optional};
          CHECK(!object.number("a", rule));
          CHECK(!object.optional_quantity<Watts>("b", {.doc = ""}));
          CHECK(!object.object("c", rule, [](Object) { FAIL("called"); }));
          CHECK(object.texts("d", rule).empty());
          CHECK(!object.has("a"));
        }).empty());
}

TEST_CASE("a missing or wrong member yields zero so that reading goes on", "[document]") {
  problems(R"({"b": "no"})", [](Object object) {
    CHECK(object.quantity<Watts>("a", {.doc = ""}) == Watts(0));
    CHECK(object.quantity<Watts>("b", {.doc = ""}) == Watts(0));
    CHECK(!object.integer("c", {.doc = ""}));
  });
}

TEST_CASE("names are read in the order written and told in pointers", "[document]") {
  std::vector<std::string> names;
  CHECK(problems(R"({"x": {"b": {}, "a~": {"k": 1}, "a": {}}})", [&](Object object) {
          object.each("x", {.doc = ""},
                      [&](const std::string& name, Object) { names.push_back(name); });
        }) == "a.json:1:29: /x/a~0/k: unknown key \"k\"");
  CHECK(names == std::vector<std::string>{"b", "a~", "a"});
}

TEST_CASE("names are short, visible and without slash", "[document]") {
  const auto named = [](const std::string& name) {
    return problems("{\"x\": {\"" + name + "\": {}}}", [](Object object) {
      object.each("x", {.doc = ""}, [](const std::string&, Object) {});
    });
  };
  CHECK(named("Palo Alto").empty());
  CHECK(named(std::string(64, 'n')).empty());
  CHECK_THAT(named(std::string(65, 'n')),
             Catch::EndsWith("a name has more than 64 characters; choose another name"));
  CHECK(named("") == "a.json:1:12: /x/: a name is empty; choose another name");
  CHECK(named("a/b") == "a.json:1:15: /x/a~1b: a name holds \"/\"; choose another name");
  CHECK(named(" a") ==
        "a.json:1:14: /x/ a: a name begins or ends with a blank; choose another name");
  CHECK_THAT(named("a\\tb"),
             Catch::EndsWith("a name holds a control character; choose another name"));
}

TEST_CASE("named numbers and words may be mixed", "[document]") {
  std::string read;
  const auto shares = [&](Object object) {
    object.each_number_or_text("s", {.doc = "", .minimum = 0, .one_of = {"rest"}},
                               [&](const std::string& name, const Object::NumberOrText& value) {
                                 read += name + (value.number ? "#" : value.text);
                               });
  };
  CHECK(problems(R"({"s": {"a": 0.5, "b": "rest"}})", shares).empty());
  CHECK(read == "a#brest");
  CHECK(problems(R"({"s": {"a": -1, "b": "most", "c": {}}})", shares) ==
        "a.json:1:13: /s/a: -1 is below the least allowed, 0\n"
        "a.json:1:22: /s/b: \"most\" is not known; did you mean \"rest\"?\n"
        "a.json:1:35: /s/c: this is an object, not a number or a text; texts: rest");
}

TEST_CASE("numbers may be named", "[document]") {
  double sum = 0;
  const auto weights = [&](Object object) {
    object.each_number("w", {.doc = "", .minimum = 0},
                       [&](const std::string&, double value) { sum += value; });
  };
  CHECK(problems(R"({"w": {"a": 0.5, "b": 2}})", weights).empty());
  CHECK(sum == 2.5);
  CHECK(problems(R"({"w": {"a": -1, "b": "most", " c": 1}})", weights) ==
        "a.json:1:13: /w/a: -1 is below the least allowed, 0\n"
        "a.json:1:22: /w/b: \"most\" is a text, not a number\n"
        "a.json:1:36: /w/ c: a name begins or ends with a blank; choose another name");
  CHECK(problems(R"({"w": 1})", weights) ==
        "a.json:1:7: /w: 1 stands here, not an object keyed by name; write {\"name\": ...}");
}

TEST_CASE("an object may stand in a quantity's place", "[document]") {
  std::optional<Seconds> fixed;
  Seconds mean;
  const auto late = [&](Object object) {
    fixed = object.quantity_or_object<Seconds>(
        "d", {.doc = "Delay", .minimum = 0},
        [&](Object spread) { mean = spread.quantity<Seconds>("mean", {.doc = "On average"}); });
  };
  CHECK(problems(R"({"d": "5 s"})", late).empty());
  CHECK(fixed == Seconds(5));
  CHECK(problems(R"({"d": {"value": "6 s", "status": "assumed"}})", late).empty());
  CHECK(fixed == Seconds(6));
  CHECK(problems(R"({"d": {"mean": "7 s"}})", late).empty());
  CHECK(!fixed);
  CHECK(mean == Seconds(7));
  CHECK(problems("{}", late) == "a.json:1:1: missing \"d\"; add it: Delay");
  CHECK(problems(R"({"d": 5})", late) ==
        "a.json:1:7: /d: 5 has no unit; write a duration such as \"1.5 us\" or \"19 d\"");
  CHECK(problems(R"({"d": "-5 s"})", late) ==
        "a.json:1:7: /d: -5 s is below the least allowed, 0 s");
  CHECK(problems(R"({"d": {}})", late) == "a.json:1:7: /d: missing \"mean\"; add it: On average");
  CHECK(problems(R"({"d": {"value": "5 s"}})", late) ==
        "a.json:1:7: /d: missing \"status\"; add it: How far the value is to be trusted");
}

TEST_CASE("ignored members are known and not looked into", "[document]") {
  CHECK(problems(R"({"variants": [{"any": "thing"}]})", [](Object object) {
          object.ignore("variants", "Read elsewhere");
        }).empty());
}

TEST_CASE("callers add problems of their own, once each", "[document]") {
  CHECK(problems(R"({"a": {"b": 1}})", [](Object object) {
          object.object("a", {.doc = ""}, [](Object inner) {
            inner.number("b", {.doc = ""});
            inner.problem("b", "1 is odd", "use 2?");
            inner.problem("b", "1 is odd", "use 2?");
            inner.problem("", "the whole is wrong");
            CHECK(inner.place("b").column == 13);
            CHECK(inner.pointer() == "/a");
          });
        }) == "a.json:1:7: /a: the whole is wrong\na.json:1:13: /a/b: 1 is odd; use 2?");
}

TEST_CASE("a marked value leaves its mark in the report", "[document]") {
  const Node node = parse(R"({"p": {"value": "130 MW", "status": "secondary", "source": "filing"},
    "n": {"value": 3, "status": "assumed"}})",
                          "a.json");
  Report report;
  {
    Object object(node, "/site", report);
    CHECK(object.quantity<Watts>("p", {.doc = ""}) == Watts(130e6));
    CHECK(object.integer("n", {.doc = ""}) == 3);
  }
  report.throw_if_any();
  REQUIRE(report.marks().size() == 2);
  CHECK(report.marks()[0].pointer == "/site/p");
  CHECK(report.marks()[0].value == "130 MW");
  CHECK(report.marks()[0].status == Status::secondary);
  CHECK(report.marks()[0].source == "filing");
  CHECK(report.marks()[1].value == "3");
  CHECK(report.marks()[1].status == Status::assumed);
}

TEST_CASE("a mark is checked like any object", "[document]") {
  const auto power = [](Object object) { object.quantity<Watts>("p", {.doc = "Power"}); };
  CHECK(problems(R"({"p": {"value": 5, "status": "asumed", "sauce": "x"}})", power) ==
        "a.json:1:17: /p/value: 5 has no unit; write a power such as \"700 W\" or \"130 MW\"\n"
        "a.json:1:30: /p/status: \"asumed\" is not known; did you mean \"assumed\"?\n"
        "a.json:1:49: /p/sauce: unknown key \"sauce\"; did you mean \"source\"?");
  CHECK(problems(R"({"p": {"value": "5 W", "status": "verified"}})", power) ==
        "a.json:1:7: /p: a verified value needs a source; add \"source\"");
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("asking twice for a key is a broken contract", "[document]") {
  CHECK_THROWS_AS(problems("{}",
                           [](Object object) {
                             object.ignore("a", "");
                             object.ignore("a", "");
                           }),
                  ContractError);
}
#endif

TEST_CASE("a problem deeper down stands at what it is of, or at what holds that", "[document]") {
  const auto read = [](const char* within) {
    return [within](Object object) {
      CHECK(!object.absent());
      CHECK(object.problem_count() == 0);
      object.object("plan", {.doc = "Plan"},
                    [](Object plan) { plan.integer("tensor", {.doc = "Degree"}); });
      object.problem_at(within, "odd", "even it");
      CHECK(object.problem_count() == 1);
    };
  };
  const std::string text = "{\"plan\":\n {\"tensor\": 3}}";
  CHECK(problems(text, read("/plan/tensor")) == "a.json:2:13: /plan/tensor: odd; even it");
  CHECK(problems(text, read("/plan/data")) == "a.json:2:2: /plan/data: odd; even it");
  CHECK(problems(text, read("/plan")) == "a.json:2:2: /plan: odd; even it");
}

TEST_CASE("what is no object is absent", "[document]") {
  problems("5", [](Object object) { CHECK(object.absent()); });
}
