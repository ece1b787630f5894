#include "document/node.hpp"

#include <catch2/catch.hpp>

using namespace trainyard::document;

namespace {

std::string overlaid(const char* below, const char* above) {
  return canonical_text(overlay(parse(below, "below"), parse(above, "above")));
}

}  // namespace

TEST_CASE("an overlay merges objects and replaces all else", "[document]") {
  CHECK(
      overlaid(R"({"a": {"x": 1, "y": 2}, "b": [1, 2]})", R"({"a": {"y": 3, "z": 4}, "b": [5]})") ==
      canonical_text(parse(R"({"a": {"x": 1, "y": 3, "z": 4}, "b": [5]})", "")));
  CHECK(overlaid(R"({"a": {"value": "1 W", "status": "assumed"}})", R"({"a": "2 W"})") ==
        canonical_text(parse(R"({"a": "2 W"})", "")));
  CHECK(overlaid("5", "{}") == "{}");
}

TEST_CASE("overlaid values remember their own file", "[document]") {
  const Node node = overlay(parse(R"({"a": 1, "b": 2})", "below"), parse(R"({"b": 3})", "above"));
  CHECK(node.find("a")->place().file == "below");
  CHECK(node.find("b")->place().file == "above");
  CHECK(node.place().file == "above");
}

TEST_CASE("canonical text is strict JSON with two spaces of indent", "[document]") {
  const Node node =
      parse("{ /* c */ \"b\":[1,true,null], \"a\" : {\"s\":\"x\\\"\\n\"}, \"e\": {} }", "");
  CHECK(canonical_text(node) ==
        "{\n  \"b\": [\n    1,\n    true,\n    null\n  ],\n  \"a\": {\n    \"s\": \"x\\\"\\n\"\n  "
        "},\n"
        "  \"e\": {}\n}");
}

TEST_CASE("canonical numbers are the shortest that read back the same", "[document]") {
  const auto* text = GENERATE("5", "-3", "0.1", "1.5e-06", "9007199254740992", "1e+20",
                              "0.30000000000000004", "1.7976931348623157e+308");
  CAPTURE(text);
  CHECK(canonical_text(parse(text, "")) == text);
}

TEST_CASE("whole numbers are the same text however they were written", "[document]") {
  CHECK(canonical_text(parse("[5.0, 5, 0.5e1, -0.0]", "")) ==
        canonical_text(parse("[5, 5, 5, 0]", "")));
}

TEST_CASE("canonical text is its own canonical text", "[document]") {
  const std::string text =
      canonical_text(parse(R"({"a": [1e3, "\u20ac", {"b": -1.25}], "c": false})", ""));
  CHECK(canonical_text(parse(text, "")) == text);
}
