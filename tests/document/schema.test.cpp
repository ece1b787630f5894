// The schema says what the reader accepts: both judge the same documents here.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "document/pointer.hpp"
#include "document/reading.hpp"

using namespace trainyard;
using namespace trainyard::document;
using trainyard::document::test::problems;

namespace {

// One member of every kind.
void read_all(Object object) {
  const auto optional = [](Rule rule) {
    rule.presence = Presence::optional;
    return rule;
  };
  object.text("name", {.doc = "What it is called"});
  object.optional_quantity<Watts>("limit", {.doc = "Power limit", .minimum = 0, .maximum = 1e9});
  object.date("from", optional({.doc = "First day"}));
  object.number("pue", optional({.doc = "Effectiveness", .minimum = 1}));
  object.integer("count", optional({.doc = "How many", .minimum = 0, .minimum_excluded = true}));
  object.text("kind", optional({.doc = "Which", .one_of = {"ring", "tree"}}));
  object.boolean("on", optional({.doc = "Whether"}));
  object.texts("tags", optional({.doc = "Tags", .one_of = {"a", "b"}}));
  object.integer_or_text("chips", optional({.doc = "Chips", .minimum = 1, .one_of = {"all"}}));
  object.number_or_text("share", optional({.doc = "Share", .maximum = 1, .one_of = {"rest"}}));
  object.ignore("variants", "Read elsewhere");
  object.object("inner", optional({.doc = "Fixed keys"}),
                [](Object inner) { inner.integer("x", {.doc = "An x"}); });
  object.each("sites", optional({.doc = "Sites by name"}), [](const std::string&, Object site) {
    site.quantity<Seconds>("time", {.doc = "A time"});
  });
  object.each_number_or_text("mix", optional({.doc = "Shares by name", .one_of = {"rest"}}),
                             [](const std::string&, const Object::NumberOrText&) {});
  object.each_number("weights", optional({.doc = "Weights by name", .minimum = 0}),
                     [](const std::string&, double) {});
  object.integers("gangs", optional({.doc = "Sizes", .minimum = 1}));
  object.quantity_or_text<Seconds>("every", optional({.doc = "Interval", .one_of = {"daly"}}));
  object.optional_quantity<PerSecond>("rate", {.doc = "How often"});
  object.quantity_or_object<Seconds>(
      "delay", optional({.doc = "How late", .minimum = 0}),
      [](Object spread) { spread.quantity<Seconds>("mean", {.doc = "On average"}); });
}

std::string schema() {
  return schema_text("All", "One of each", read_all);
}

// In braces, with a name: the schema's verdict.
bool valid(const std::string& members) {
  valijson::Schema compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  const auto schema_json = nlohmann::json::parse(schema());
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), compiled);
  const auto json = nlohmann::json::parse("{\"name\": \"n\"" + members + "}");
  valijson::Validator validator;
  return validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(json), nullptr);
}

bool read(const std::string& members) {
  return problems("{\"name\": \"n\"" + members + "}", read_all).empty();
}

const Node* property(const Node& root, const std::string& pointer) {
  const Node* node = find(root, "/properties/" + pointer);
  REQUIRE(node != nullptr);
  return node;
}

}  // namespace

TEST_CASE("schema and reader accept the same documents", "[document]") {
  const auto* members = GENERATE(
      "", R"(, "limit": "130 MW")", R"(, "limit": {"value": "130 MW", "status": "assumed"})",
      R"(, "limit": {"value": "1 W", "status": "verified", "source": "s"})",
      R"(, "from": "2024-07-23")", R"(, "from": "2024-07-23T12:30:00")",
      R"(, "from": {"value": "2024-07-23", "status": "assumed"})", R"(, "pue": 1.2)",
      R"(, "pue": {"value": 1, "status": "assumed"})", R"(, "count": 5)", R"(, "kind": "ring")",
      R"(, "on": false)", R"(, "tags": ["a", "b"])", R"(, "tags": [])", R"(, "chips": 5)",
      R"(, "chips": "all")", R"(, "chips": {"value": 5, "status": "assumed"})", R"(, "share": 0.5)",
      R"(, "share": "rest")", R"(, "variants": [1, {"x": 2}])", R"(, "inner": {"x": 1})",
      R"(, "sites": {"Palo Alto": {"time": "1.5e-3 us"}, "b": {"time": "1 s"}})",
      R"(, "sites": {})", R"(, "sites": {"ö": {"time": "1 s"}})",
      R"(, "mix": {"a": 1, "b": "rest"})", R"(, "weights": {})", R"(, "weights": {"a": 2.5})",
      R"(, "gangs": [8, 4])", R"(, "gangs": [])", R"(, "every": "1 h")", R"(, "every": "daly")",
      R"(, "every": {"value": "1 h", "status": "assumed"})", R"(, "rate": "2e-5 1/h")",
      R"(, "rate": {"value": "0.1 1/year", "status": "assumed"})", R"(, "delay": "5 s")",
      R"(, "delay": {"value": "5 s", "status": "assumed"})", R"(, "delay": {"mean": "5 s"})",
      R"(, "delay": {"mean": {"value": "5 s", "status": "assumed"}})");
  CAPTURE(members);
  CHECK(read(members));
  CHECK(valid(members));
}

TEST_CASE("schema and reader refuse the same documents", "[document]") {
  const auto* members = GENERATE(
      R"(, "limt": "130 MW")", R"(, "limit": 130)", R"(, "limit": "130")", R"(, "limit": "130MW")",
      R"(, "limit": {"value": 130, "status": "assumed"})", R"(, "limit": {"value": "130 MW"})",
      R"(, "limit": {"value": "130 MW", "status": "guessed"})",
      R"(, "limit": {"value": "130 MW", "status": "assumed", "sauce": ""})",
      R"(, "from": "23.7.2024")", R"(, "from": 5)", R"(, "pue": 0.5)", R"(, "pue": "1.2")",
      R"(, "count": 0)", R"(, "count": 1.5)", R"(, "pue": {"value": 0.5, "status": "assumed"})",
      R"(, "kind": "star")", R"(, "on": 1)", R"(, "tags": "a")", R"(, "tags": ["c"])",
      R"(, "chips": 0)", R"(, "chips": "most")", R"(, "share": 1.5)", R"(, "share": true)",
      R"(, "inner": {})", R"(, "inner": {"x": 1, "y": 2})", R"(, "inner": 5)",
      R"(, "sites": {"a": {}})", R"(, "sites": {"a/b": {"time": "1 s"}})",
      R"(, "sites": {"": {"time": "1 s"}})", R"(, "sites": {" a": {"time": "1 s"}})",
      R"(, "sites": {"a\tb": {"time": "1 s"}})", R"(, "sites": [])", R"(, "mix": {"a": "most"})",
      R"(, "mix": {"a": {}})", R"(, "weights": {"a": "rest"})", R"(, "weights": {"a": -1})",
      R"(, "gangs": 8)", R"(, "gangs": [0])", R"(, "gangs": ["a"])", R"(, "every": "dally")",
      R"(, "every": 5)", R"(, "weights": 1)", R"(, "rate": 2e-5)", R"(, "delay": 5)",
      R"(, "delay": {})", R"(, "delay": {"value": "5 s"})", R"(, "delay": {"mean": 5})",
      R"(, "delay": {"mean": "5 s", "value": "5 s", "status": "assumed"})");
  CAPTURE(members);
  CHECK(!read(members));
  CHECK(!valid(members));
}

TEST_CASE("a schema is canonical draft-07 JSON with title and description", "[document]") {
  const Node root = parse(schema(), "schema");
  CHECK(canonical_text(root) == schema());
  CHECK(find(root, "/$schema")->string == "http://json-schema.org/draft-07/schema#");
  CHECK(find(root, "/title")->string == "All");
  CHECK(find(root, "/description")->string == "One of each");
  CHECK(find(root, "/additionalProperties")->kind == Kind::boolean);
  CHECK(canonical_text(*find(root, "/required")) == "[\n  \"name\"\n]");
}

TEST_CASE("a schema describes each member by its doc, and quantities with unit and limits",
          "[document]") {
  const Node root = parse(schema(), "schema");
  CHECK(property(root, "pue/description")->string == "Effectiveness");
  CHECK(property(root, "limit/description")->string ==
        "Power limit (a power such as \"700 W\" or \"130 MW\", at least 0 W, at most 1 GW)");
  CHECK(property(root, "from/description")->string ==
        "First day (a date such as \"2024-07-23\" or \"2024-07-23T12:30:00\", UTC)");
  CHECK(property(root, "variants/description")->string == "Read elsewhere");
  CHECK(property(root, "count/anyOf/0/exclusiveMinimum")->number == 0);
  CHECK(property(root, "kind/enum")->items.size() == 2);
  CHECK(property(root, "sites/additionalProperties/properties/time")->kind == Kind::object);
}

TEST_CASE("a describing object yields defaults and keeps problems to itself", "[document]") {
  schema_text("", "", [](Object object) {
    CHECK(object.describing());
    CHECK(!object.has("a"));
    CHECK(object.quantity<Watts>("a", {.doc = ""}) == Watts(0));
    CHECK(!object.object("b", {.doc = ""}, [](Object inner) { CHECK(inner.describing()); }));
    object.each("c", {.doc = ""}, [](const std::string& name, Object) { CHECK(name == "*"); });
    object.problem("a", "nothing comes of it");
  });
}

namespace {

// Laid over what "use" names, or complete in itself; fast ones and slow ones have other members.
void read_parts(Object object) {
  object.each("parts", {.doc = "Parts by name"}, [](const std::string&, Object part) {
    part.laid_over("use", "What it builds on");
    part.quantity<Watts>("limit", {.doc = "Power limit"});
    part.object("inner", {.doc = "Inside"},
                [](Object inner) { inner.integer("x", {.doc = "An x"}); });
    part.quantity_or_object<Seconds>(
        "late", {.doc = "How late", .presence = Presence::optional},
        [](Object spread) { spread.quantity<Seconds>("mean", {.doc = "On average"}); });
  });
  object.boolean("fast", {.doc = "Whether", .presence = Presence::optional});
  object.split(
      "fast", [](Object& fast) { fast.integer("speed", {.doc = "How fast"}); },
      [](Object& slow) {
        slow.integer("delay", {.doc = "How slow"});
        slow.integer("both", {.doc = "In both", .presence = Presence::optional});
      });
}

bool part_schema_accepts(const std::string& text) {
  valijson::Schema compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  const auto schema_json = nlohmann::json::parse(schema_text("", "", read_parts));
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), compiled);
  const auto json = nlohmann::json::parse(text);
  valijson::Validator validator;
  return validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(json), nullptr);
}

}  // namespace

TEST_CASE("the schema requires nothing of what is laid over something else", "[document]") {
  const auto with = [](const std::string& part) {
    return R"({"delay": 1, "parts": {"a": )" + part + "}}";
  };
  CHECK(part_schema_accepts(with(R"({"limit": "1 W", "inner": {"x": 1}})")));
  CHECK(part_schema_accepts(with(R"({"use": "b"})")));
  CHECK(part_schema_accepts(with(R"({"use": "b", "inner": {}, "limit": {"value": "1 W"}})")));
  CHECK(!part_schema_accepts(with(R"({"inner": {"x": 1}})")));
  CHECK(!part_schema_accepts(with(R"({"limit": "1 W", "inner": {}})")));
  CHECK(!part_schema_accepts(with(R"({"limit": {"value": "1 W"}, "inner": {"x": 1}})")));
  CHECK(!part_schema_accepts(with(R"({"use": "b", "limit": 5})")));
  CHECK(!part_schema_accepts(with(R"({"use": "b", "limits": "1 W"})")));
}

TEST_CASE("of several kinds of objects the schema requires what one of them has", "[document]") {
  const auto late = [](const std::string& value, const std::string& use = "") {
    return R"({"delay": 1, "parts": {"a": {"limit": "1 W", "inner": {"x": 1}, "late": )" + value +
           use + "}}}";
  };
  CHECK(part_schema_accepts(late(R"("1 s")")));
  CHECK(part_schema_accepts(late(R"({"mean": "1 s"})")));
  CHECK(part_schema_accepts(late(R"({"value": "1 s", "status": "assumed"})")));
  CHECK(!part_schema_accepts(late("{}")));
  CHECK(!part_schema_accepts(late(R"({"value": "1 s"})")));
  CHECK(!part_schema_accepts(late(R"({"mean": "1 s", "status": "assumed"})")));
  CHECK(part_schema_accepts(late("{}", R"(, "use": "b")")));
  CHECK(part_schema_accepts(late(R"({"value": "1 s"})", R"(, "use": "b")")));
}

TEST_CASE("members depend on whether another one is there, for reader and schema alike",
          "[document]") {
  const auto* members =
      GENERATE(R"("delay": 1)", R"("delay": 1, "both": 1)", R"("fast": true, "speed": 1)");
  const auto* wrong = GENERATE(R"("speed": 1)", R"("fast": true)", R"("fast": true, "delay": 1)",
                               R"("fast": true, "speed": 1, "both": 1)", R"("both": 1)");
  CAPTURE(members, wrong);
  const auto text = [](const std::string& inside) { return R"({"parts": {}, )" + inside + "}"; };
  CHECK(problems(text(members), read_parts).empty());
  CHECK(part_schema_accepts(text(members)));
  CHECK(!problems(text(wrong), read_parts).empty());
  CHECK(!part_schema_accepts(text(wrong)));
}
