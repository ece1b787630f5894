// Reading of single values: one member of each kind, good and wrong.
#include <catch2/catch.hpp>

#include "document/reading.hpp"

using namespace trainyard;
using namespace trainyard::document;
using trainyard::document::test::problems;

namespace {

// The problem of member "v" of the given JSON value, without its place.
std::string wrong(const std::string& value, const std::function<void(Object&)>& read) {
  const std::string all = problems("{\"v\": " + value + "}", [&](Object object) { read(object); });
  const std::string where = "a.json:1:7: /v: ";
  return all.starts_with(where) ? all.substr(where.size()) : all;
}

std::string power(const std::string& value, const Rule& rule = {.doc = "Power"}) {
  return wrong(value, [&](Object& object) { object.quantity<Watts>("v", rule); });
}

constexpr auto write_power = "write a power such as \"700 W\" or \"130 MW\"";

}  // namespace

TEST_CASE("a quantity is read in SI", "[document]") {
  Watts read;
  CHECK(problems(R"({"v": "130 MW"})", [&](Object object) {
          read = object.quantity<Watts>("v", {.doc = "Power"});
        }).empty());
  CHECK(read == Watts(130e6));
}

TEST_CASE("a bare number has no unit", "[document]") {
  CHECK(power("130") == std::string("130 has no unit; ") + write_power);
  CHECK(power("\"130\"") == std::string("\"130\" has no unit; ") + write_power);
}

TEST_CASE("a quantity of another dimension is named", "[document]") {
  CHECK(power("\"130 MB\"") ==
        std::string("\"130 MB\" is an amount of data, not a power; ") + write_power);
}

TEST_CASE("why a text is no quantity is said precisely", "[document]") {
  CHECK(power("\"130MW\"") == "\"130MW\" lacks the space before the unit; write \"130 MW\"");
  CHECK(power("\"130 Mw\"") == std::string("\"130 Mw\" has an unknown unit; ") + write_power);
  CHECK(power("\"much\"") == std::string("\"much\" is no number with a unit; ") + write_power);
  CHECK(power("\"\"") == std::string("\"\" is no number with a unit; ") + write_power);
  CHECK(power("\"5,5 MW\"") == std::string("\"5,5 MW\" is no number with a unit; ") + write_power);
  CHECK(power("true") == std::string("true is a truth value, not a power; ") + write_power);
  CHECK(power("null") == std::string("this is null, not a power; ") + write_power);
  CHECK(power("[1]") == std::string("this is an array, not a power; ") + write_power);
  CHECK(power("\"NaN W\"") == std::string("\"NaN W\" is not finite; ") + write_power);
  CHECK(power("\"-inf W\"") == std::string("\"-inf W\" is not finite; ") + write_power);
  CHECK(power("\"1e999 W\"") == "\"1e999 W\" is too large or too small for a number");
  CHECK(power("\"1e300 EW\"") == "\"1e300 EW\" is too large for a number");
}

TEST_CASE("a quantity keeps within its limits", "[document]") {
  const Rule rule{.doc = "Power", .minimum = 0, .maximum = 1e9};
  CHECK(power("\"0 W\"", rule).empty());
  CHECK(power("\"1 GW\"", rule).empty());
  CHECK(power("\"-5 MW\"", rule) == "-5 MW is below the least allowed, 0 W");
  CHECK(power("\"2 GW\"", rule) == "2 GW is above the most allowed, 1 GW");
  CHECK(power("\"0 W\"", {.doc = "", .minimum = 0, .minimum_excluded = true}) ==
        "0 W is not above 0 W");
  CHECK(power("\"1 W\"", {.doc = "", .minimum = 1234567}) ==
        "1 W is below the least allowed, 1234567 W");
}

TEST_CASE("a date is a day or a moment", "[document]") {
  const std::string remedy =
      "; write a day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC";
  const auto date = [](const std::string& value, const Rule& rule = {.doc = "Day"}) {
    return wrong(value, [&](Object& object) { object.date("v", rule); });
  };
  CHECK(date("\"2024-07-23\"").empty());
  CHECK(date("\"2023-02-29\"") == "\"2023-02-29\" is no date from 1970 to 2199" + remedy);
  CHECK(date("5") == "5 is a number, not a date" + remedy);
  CHECK(date("\"2024-07-23\"", {.doc = "", .minimum = 2e9}) ==
        "2024-07-23 is below the least allowed, 2033-05-18T03:33:20");
}

TEST_CASE("a number keeps within its limits", "[document]") {
  const auto number = [](const std::string& value) {
    const Rule rule{.doc = "Share", .minimum = 0, .maximum = 1};
    return wrong(value, [&](Object& object) { object.number("v", rule); });
  };
  CHECK(number("0.5").empty());
  CHECK(number("1.5") == "1.5 is above the most allowed, 1");
  CHECK(number("-0.5") == "-0.5 is below the least allowed, 0");
  CHECK(number("\"0.5\"") == "\"0.5\" is a text, not a number");
  CHECK(number("{}") ==
        "missing \"value\"; add it: The value itself\n"
        "a.json:1:7: /v: missing \"status\"; add it: How far the value is to be "
        "trusted");
}

TEST_CASE("an integer is whole and countable", "[document]") {
  const auto integer = [](const std::string& value) {
    return wrong(value,
                 [&](Object& object) { object.integer("v", {.doc = "Count", .minimum = 1}); });
  };
  CHECK(integer("512").empty());
  CHECK(integer("15e12").empty());
  CHECK(integer("1.5") == "1.5 is no whole number");
  CHECK(integer("0") == "0 is below the least allowed, 1");
  CHECK(integer("1e300") == "1e+300 is too large to count exactly; stay within 2^53");
  CHECK(integer("\"8\"") == "\"8\" is a text, not a whole number");
}

TEST_CASE("a text may have to be one of a list", "[document]") {
  const auto choice = [](const std::string& value) {
    const Rule rule{.doc = "Kind", .one_of = {"ring", "tree"}};
    return wrong(value, [&](Object& object) { object.text("v", rule); });
  };
  CHECK(choice("\"ring\"").empty());
  CHECK(choice("\"rinq\"") == "\"rinq\" is not known; did you mean \"ring\"?");
  CHECK(choice("\"butterfly\"") == "\"butterfly\" is not known; known: ring, tree");
  CHECK(choice("5") == "5 is a number, not a text");
}

TEST_CASE("a truth value is true or false", "[document]") {
  const auto truth = [](Object& object) { object.boolean("v", {.doc = "Whether"}); };
  CHECK(wrong("true", truth).empty());
  CHECK(wrong("1", truth) == "1 is a number, not true or false");
  CHECK(wrong("\"true\"", truth) == "\"true\" is a text, not true or false");
}

TEST_CASE("an array of texts is checked item by item", "[document]") {
  const auto texts = [](Object& object) {
    object.texts("v", {.doc = "Kinds", .one_of = {"ring", "tree"}});
  };
  CHECK(wrong("[\"ring\", \"tree\"]", texts).empty());
  CHECK(wrong("\"ring\"", texts) == "\"ring\" is no array of texts; write [\"...\", \"...\"]");
  CHECK(wrong("[\"ring\", 5, \"rinq\"]", texts) ==
        "a.json:1:16: /v/1: 5 is a number, not a text\n"
        "a.json:1:19: /v/2: \"rinq\" is not known; did you mean \"ring\"?");
}

TEST_CASE("an array of whole numbers is checked item by item", "[document]") {
  std::vector<std::int64_t> read;
  const auto integers = [&](Object& object) {
    read = object.integers("v", {.doc = "Sizes", .minimum = 1});
  };
  CHECK(wrong("[8192, 4096]", integers).empty());
  CHECK(read == std::vector<std::int64_t>{8192, 4096});
  CHECK(wrong("8192", integers) == "8192 is no array of whole numbers; write [..., ...]");
  CHECK(wrong("[8, 0, 2.5, \"a\"]", integers) ==
        "a.json:1:11: /v/1: 0 is below the least allowed, 1\n"
        "a.json:1:14: /v/2: 2.5 is no whole number\n"
        "a.json:1:19: /v/3: \"a\" is a text, not a whole number");
}

TEST_CASE("a quantity may also be a word", "[document]") {
  std::optional<Object::QuantityOrText<Seconds>> read;
  const auto interval = [&](Object& object) {
    read = object.quantity_or_text<Seconds>("v",
                                            {.doc = "Interval", .minimum = 1, .one_of = {"daly"}});
  };
  const std::string remedy = "; write a duration such as \"1.5 us\" or \"19 d\"";
  CHECK(wrong("\"2 h\"", interval).empty());
  CHECK(read->quantity == Seconds(7200));
  CHECK(wrong("\"daly\"", interval).empty());
  CHECK(!read->quantity);
  CHECK(read->text == "daly");
  CHECK(wrong("\"dally\"", interval) ==
        "\"dally\" is no number with a unit" + remedy + ", or one of daly");
  CHECK(wrong("\"0 s\"", interval) == "0 s is below the least allowed, 1 s");
  CHECK(wrong("\"5 MW\"", interval) == "\"5 MW\" is a power, not a duration" + remedy);
  CHECK(wrong("5", interval) == "5 has no unit" + remedy);
  CHECK(wrong("\"1e999 s\"", interval) == "\"1e999 s\" is too large or too small for a number");
}

TEST_CASE("a problem may stand in a file that a member names", "[document]") {
  CHECK(problems(R"({"file": "b.csv"})", [](Object object) {
          object.text("file", {.doc = "File"});
          object.problem_in({"b.csv", 7, 3}, "file", "a row is wrong", "correct it");
        }) == "b.csv:7:3: /file: a row is wrong; correct it");
}

TEST_CASE("a count may also be a word", "[document]") {
  const auto count = [](Object& object) {
    object.integer_or_text("v", {.doc = "Chips", .minimum = 1, .one_of = {"all"}});
  };
  CHECK(wrong("512", count).empty());
  CHECK(wrong("\"all\"", count).empty());
  CHECK(wrong("\"al\"", count) == "\"al\" is not known; did you mean \"all\"?");
  CHECK(wrong("0", count) == "0 is below the least allowed, 1");
  CHECK(wrong("2.5", count) == "2.5 is no whole number");
  CHECK(wrong("true", count) == "true is a truth value, not a whole number or a text; texts: all");
}

TEST_CASE("a share may also be a word", "[document]") {
  std::optional<Object::NumberOrText> read;
  const auto share = [&](Object& object) {
    read = object.number_or_text("v", {.doc = "Share", .maximum = 1, .one_of = {"rest"}});
  };
  CHECK(wrong("0.5", share).empty());
  CHECK(read->number == 0.5);
  CHECK(wrong("\"rest\"", share).empty());
  CHECK(read->text == "rest");
  CHECK(wrong("1.5", share) == "1.5 is above the most allowed, 1");
  CHECK(wrong("[]", share) == "this is an array, not a number or a text; texts: rest");
}

TEST_CASE("long texts are cut in messages between characters", "[document]") {
  const std::string message = power("\"" + std::string(59, 'x') + "\xE2\x82\xAC and more\"");
  CHECK_THAT(message, Catch::StartsWith("\"" + std::string(59, 'x') + "...\" is no number"));
}
