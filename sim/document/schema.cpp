#include "document/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/date.hpp"
#include "document/value.hpp"

namespace trainyard::document {
namespace {

Node text_node(std::string text) {
  Node node;
  node.kind = Kind::string;
  node.string = std::move(text);
  return node;
}

Node number_node(double number) {
  Node node;
  node.kind = Kind::number;
  node.number = number;
  node.integral = number == std::floor(number);
  return node;
}

Node boolean_node(bool boolean) {
  Node node;
  node.kind = Kind::boolean;
  node.boolean = boolean;
  return node;
}

Node array_node(std::vector<Node> items) {
  Node node;
  node.kind = Kind::array;
  node.items = std::move(items);
  return node;
}

Node texts_node(const std::vector<std::string>& texts) {
  std::vector<Node> items;
  for (const std::string& text : texts) items.push_back(text_node(text));
  return array_node(std::move(items));
}

Node object_node(std::vector<Node::Member> members) {
  Node node;
  node.kind = Kind::object;
  node.members = std::move(members);
  return node;
}

Node typed(const std::string& type) {
  return object_node({{"type", text_node(type)}});
}

Node bounded(const std::string& type, const Rule& rule) {
  Node schema = typed(type);
  if (std::isfinite(rule.minimum)) {
    schema.members.emplace_back(rule.minimum_excluded ? "exclusiveMinimum" : "minimum",
                                number_node(rule.minimum));
  }
  if (std::isfinite(rule.maximum))
    schema.members.emplace_back("maximum", number_node(rule.maximum));
  return schema;
}

// The limits of values that are strings, which JSON Schema cannot compare.
template <class Text>
std::string limits(const Rule& rule, const Text& text) {
  std::string words;
  if (std::isfinite(rule.minimum)) {
    words +=
        fmt::format(", {} {}", rule.minimum_excluded ? "above" : "at least", text(rule.minimum));
  }
  if (std::isfinite(rule.maximum)) words += fmt::format(", at most {}", text(rule.maximum));
  return words;
}

Node demanded(const Node& schema);

// One of several kinds of objects obeys the demands of one of them.
void add_either(const Node& either, Node& demands) {
  std::vector<Node> all;
  for (const Node& one : either.items) {
    Node demand = demanded(one);
    if (!demand.members.empty()) all.push_back(std::move(demand));
  }
  if (all.size() == 1) {
    std::ranges::move(all.front().members, std::back_inserter(demands.members));
  } else if (!all.empty()) {
    demands.members.emplace_back("anyOf", array_node(std::move(all)));
  }
}

// What the schema requires, here and in objects within; whatever is no object obeys it.
Node demanded(const Node& schema) {
  Node demands = object_node({});
  const auto add = [&](const std::string& key, Node within) {
    if (!within.members.empty()) demands.members.emplace_back(key, std::move(within));
  };
  if (const Node* required = schema.find("required")) {
    demands.members.emplace_back("required", *required);
  }
  if (const Node* properties = schema.find("properties")) {
    Node within = object_node({});
    for (const auto& [key, property] : properties->members) {
      Node demand = demanded(property);
      if (!demand.members.empty()) within.members.emplace_back(key, std::move(demand));
    }
    add("properties", std::move(within));
  }
  if (const Node* named = schema.find("additionalProperties")) {
    add("additionalProperties", demanded(*named));
  }
  if (const Node* either = schema.find("anyOf")) add_either(*either, demands);
  return demands;
}

// Takes all that `demanded` finds out of the schema.
void relax(Node& schema) {
  std::erase_if(schema.members, [](const Node::Member& member) {
    return member.first == "required" && member.second.kind == Kind::array;
  });
  for (auto& [key, member] : schema.members) relax(member);
  for (Node& item : schema.items) relax(item);
}

// Meaning first, then how it is written.
std::string worded(const std::string& doc, const Node* written) {
  return written == nullptr ? doc : fmt::format("{} ({})", doc, written->string);
}

}  // namespace

void Description::add(const std::string& key, const Rule& rule, Node schema) {
  Node described = object_node({});
  const std::string words = worded(rule.doc, schema.find("description"));
  if (!words.empty()) described.members.emplace_back("description", text_node(words));
  std::erase_if(schema.members, [](const auto& member) { return member.first == "description"; });
  std::ranges::move(schema.members, std::back_inserter(described.members));
  properties_.emplace_back(key, std::move(described));
  if (rule.presence == Presence::required) required_.push_back(key);
}

void Description::split_where(const std::string& key, const Description& with,
                              const Description& without) {
  const auto part = [](const Description& own, const Description& other) {
    Node members = object_node(own.properties_);
    for (const auto& [name, schema] : other.properties_) {
      if (members.find(name) == nullptr) members.members.emplace_back(name, boolean_node(false));
    }
    Node schema = object_node({{"properties", std::move(members)}});
    if (!own.required_.empty()) schema.members.emplace_back("required", texts_node(own.required_));
    std::ranges::copy(own.alternatives_, std::back_inserter(schema.members));
    return schema;
  };
  alternatives_ = {{"if", object_node({{"required", texts_node({key})}})},
                   {"then", part(with, without)},
                   {"else", part(without, with)}};
  for (const Description* each : {&with, &without}) {
    for (const auto& [name, schema] : each->properties_) {
      const auto same = [&name = name](const Node::Member& known) { return known.first == name; };
      if (std::ranges::none_of(properties_, same)) properties_.emplace_back(name, object_node({}));
    }
  }
}

Node Description::schema() const {
  Node schema = typed("object");
  schema.members.emplace_back("properties", object_node(properties_));
  if (!required_.empty()) schema.members.emplace_back("required", texts_node(required_));
  schema.members.emplace_back("additionalProperties", boolean_node(false));
  if (!relaxing_key_.empty()) {
    Node demands = demanded(schema);
    relax(schema);
    schema.members.emplace_back(
        "if", object_node({{"not", object_node({{"required", texts_node({relaxing_key_})}})}}));
    schema.members.emplace_back("then", std::move(demands));
  }
  std::ranges::copy(alternatives_, std::back_inserter(schema.members));
  return schema;
}

Node quantity_schema(const Rule& rule, Dimension dimension) {
  const auto text = [=](double limit) { return limit_text(limit, dimension); };
  return object_node(
      {{"description", text_node(std::string(description(dimension)) + limits(rule, text))},
       {"type", text_node("string")},
       {"pattern", text_node("^-?[0-9.]+([eE][-+]?[0-9]+)? (1/)?[A-Za-z/]+$")}});
}

Node date_schema(const Rule& rule) {
  const auto text = [](double limit) { return date_text(Instant(limit)); };
  return object_node(
      {{"description", text_node("a date such as \"2024-07-23\" or \"2024-07-23T12:30:00\", UTC" +
                                 limits(rule, text))},
       {"type", text_node("string")},
       {"pattern", text_node("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?$")}});
}

Node number_schema(const Rule& rule) {
  return bounded("number", rule);
}

Node integer_schema(const Rule& rule) {
  return bounded("integer", rule);
}

Node text_schema(const Rule& rule) {
  Node schema = typed("string");
  if (!rule.one_of.empty()) schema.members.emplace_back("enum", texts_node(rule.one_of));
  return schema;
}

Node boolean_schema(const Rule&) {
  return typed("boolean");
}

Node texts_schema(const Rule& rule) {
  Node schema = typed("array");
  schema.members.emplace_back("items", text_schema(rule));
  return schema;
}

Node integers_schema(const Rule& rule) {
  Node schema = typed("array");
  schema.members.emplace_back("items", integer_schema(rule));
  return schema;
}

Node quantity_or_text_schema(const Rule& rule, Dimension dimension) {
  return either_schema(quantity_schema(rule, dimension), text_schema(rule));
}

Node integer_or_text_schema(const Rule& rule) {
  return either_schema(integer_schema(rule), text_schema(rule));
}

Node number_or_text_schema(const Rule& rule) {
  return either_schema(number_schema(rule), text_schema(rule));
}

Node anything_schema(const Rule&) {
  return object_node({});
}

Node either_schema(Node first, Node second) {
  Node schema = object_node({});
  if (const Node* words = first.find("description")) {
    schema.members.emplace_back("description", *words);
    std::erase_if(first.members, [](const auto& member) { return member.first == "description"; });
  }
  schema.members.emplace_back("anyOf", array_node({std::move(first), std::move(second)}));
  return schema;
}

Node named_schema(Node member) {
  constexpr double longest_name = 64;
  Node schema = typed("object");
  schema.members.emplace_back(
      "propertyNames",
      object_node({{"maxLength", number_node(longest_name)},
                   {"pattern", text_node("^[^/\\u0000-\\u0020\\u007F]([^/\\u0000-\\u001F\\u007F]*"
                                         "[^/\\u0000-\\u0020\\u007F])?$")}}));
  schema.members.emplace_back("additionalProperties", std::move(member));
  return schema;
}

std::string schema_text(const std::string& title, const std::string& description,
                        const std::function<void(Object)>& read) {
  Description gathered;
  read(Object(gathered));
  Node schema = object_node({{"$schema", text_node("http://json-schema.org/draft-07/schema#")},
                             {"title", text_node(title)},
                             {"description", text_node(description)}});
  std::ranges::move(gathered.schema().members, std::back_inserter(schema.members));
  return canonical_text(schema);
}

}  // namespace trainyard::document
