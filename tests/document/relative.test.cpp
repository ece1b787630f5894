#include "document/relative.hpp"

#include <catch2/catch.hpp>

#include "document/pointer.hpp"

using namespace trainyard;
using namespace trainyard::document;

namespace {

Node text(const std::string& string) {
  Node node;
  node.kind = Kind::string;
  node.string = string;
  return node;
}

// What stands at /v after setting it, or the message where that fails.
std::string after(const std::string& old, const std::string& change) {
  Node root = parse("{\"v\": " + old + "}", "a.json");
  try {
    set(root, "/v", text(change));
  } catch (const InputError& error) {
    return error.what();
  }
  const Node* value = find(root, "/v");
  return value->kind == Kind::string ? value->string : canonical_text(*value);
}

}  // namespace

TEST_CASE("a date moves by a duration", "[document]") {
  CHECK(after("\"2024-07-23\"", "+60 d") == "2024-09-21");
  CHECK(after("\"2024-07-23\"", "-60 d") == "2024-05-24");
  CHECK(after("\"2024-07-23\"", "+90 min") == "2024-07-23T01:30:00");
}

TEST_CASE("a quantity grows by one of its own dimension, or by a factor", "[document]") {
  CHECK(after("\"130 MW\"", "+20 MW") == "150000000 W");
  CHECK(after("\"130 MW\"", "-500 kW") == "129500000 W");
  CHECK(after("\"2 d\"", "+12 h") == "216000 s");
  CHECK(after("\"100 MW\"", "x1.5") == "150000000 W");
}

TEST_CASE("a number changes by a factor", "[document]") {
  CHECK(after("512", "x2") == "1024");
  CHECK(after("0.5", "x.5") == "0.25");
}

TEST_CASE("a marked value is changed inside its mark", "[document]") {
  const std::string old = R"({"value": "130 MW", "status": "assumed"})";
  const auto marked = [](const std::string& value) {
    return canonical_text(parse(R"({"value": ")" + value + R"(", "status": "assumed"})", ""));
  };
  CHECK(after(old, "+20 MW") == marked("150000000 W"));
  CHECK(after(old, "90 MW") == marked("90 MW"));
}

TEST_CASE("an object with a member called value and others is no mark", "[document]") {
  CHECK(after(R"({"value": "130 MW", "other": 1})", "a text") == "a text");
}

TEST_CASE("texts that only look relative are texts", "[document]") {
  const auto* absolute = GENERATE("+5", "-5", "x", "xylophone", "x1.1y", "+", "+60 dogs", "--5 d",
                                  "x-1", "60 d", "130 MW", "xinf", "+inf s");
  CAPTURE(absolute);
  CHECK(!relative(text(absolute)));
}

TEST_CASE("a relative value needs something of its dimension to change", "[document]") {
  CHECK(after("\"130 MW\"", "+60 d") == "/v: \"+60 d\" is a duration, but \"130 MW\" is a power");
  CHECK(after("\"2024-07-23\"", "+20 MW") ==
        "/v: \"+20 MW\" cannot change the date \"2024-07-23\"; write a duration such as \"+60 d\"");
  CHECK(after("\"2024-07-23\"", "x2") ==
        "/v: \"x2\" cannot change the date \"2024-07-23\"; write a duration such as \"+60 d\"");
  CHECK(after("512", "+20 MW") ==
        "/v: \"+20 MW\" cannot change 512, which has no unit; write the new number, or a factor "
        "such as \"x1.1\"");
  CHECK(after("\"all\"", "x2") ==
        "/v: \"x2\" is relative, but \"all\" is no date, quantity or number");
  CHECK(after("[1]", "x2") ==
        "/v: \"x2\" is relative, but an array is no date, quantity or number");
}

TEST_CASE("a relative value needs something that stands there", "[document]") {
  Node root = parse("{\"limit\": \"130 MW\"}", "a.json");
  CHECK_THROWS_WITH(set(root, "/limt", text("x2")),
                    "/limt: \"x2\" is relative, and nothing stands there to change; did you mean "
                    "\"limit\"?");
}

TEST_CASE("results that cannot be written are errors", "[document]") {
  CHECK(after("\"2024-07-23\"", "+1.5 us") == "/v: \"2024-07-23\" +1.5 us is no whole second");
  CHECK(after("\"2024-07-23\"", "-36500 d") ==
        "/v: \"2024-07-23\" -36500 d lies outside the years 1970 to 2199");
  CHECK(after("\"2024-07-23\"", "+1e300 d") ==
        "/v: \"2024-07-23\" +1e300 d lies outside the years 1970 to 2199");
  CHECK(after("1e300", "x1e300") == "/v: 1e+300 x1e300 is too large");
  CHECK(after("\"1e300 W\"", "x1e300") == "/v: \"1e300 W\" x1e300 is too large");
}
