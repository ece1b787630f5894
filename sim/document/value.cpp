#include "document/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "base/date.hpp"
#include "base/text.hpp"
#include "document/utf8.hpp"

namespace trainyard::document {
namespace {

constexpr double greatest_exact_integer = 0x1p53;

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return fmt::format("\"{}\"", text);
  const std::size_t cut = well_formed_bytes(text.substr(0, longest));
  return fmt::format("\"{}...\"", text.substr(0, cut));
}

std::string what_it_is(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "this is null";
    case Kind::boolean:
      return shown(node) + " is a truth value";
    case Kind::number:
      return shown(node) + " is a number";
    case Kind::string:
      return shown(node) + " is a text";
    case Kind::array:
      return "this is an array";
    case Kind::object:
      return "this is an object";
  }
  return "";
}

Complaint wrong_kind(const Node& node, std::string_view wanted, std::string remedy = "") {
  return {fmt::format("{}, not {}", what_it_is(node), wanted), std::move(remedy)};
}

using LimitText = std::function<std::string(double)>;

// What is wrong with the size of a number; empty where it obeys the rule.
std::string size_problem(double number, std::string_view text, const Rule& rule,
                         const LimitText& limit) {
  if (rule.minimum_excluded && number <= rule.minimum) {
    return fmt::format("{} is not above {}", text, limit(rule.minimum));
  }
  if (number < rule.minimum) {
    return fmt::format("{} is below the least allowed, {}", text, limit(rule.minimum));
  }
  if (number > rule.maximum) {
    return fmt::format("{} is above the most allowed, {}", text, limit(rule.maximum));
  }
  return "";
}

template <class T>
Result<T> sized(T value, double number, std::string_view text, const Rule& rule,
                const LimitText& limit) {
  std::string problem = size_problem(number, text, rule, limit);
  if (!problem.empty()) return Complaint{std::move(problem), ""};
  return value;
}

std::string plain_number(double number) {
  return fmt::format("{}", number);
}

// Why the text is no quantity of the dimension, said as precisely as possible.
Complaint bad_quantity(const std::string& text, Dimension dimension) {
  const std::string remedy = fmt::format("write {}", description(dimension));
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (error == std::errc::result_out_of_range)
    return {quoted(text) + " is too large or too small for a number", ""};
  if (error != std::errc()) return {quoted(text) + " is no number with a unit", remedy};
  if (!std::isfinite(number)) return {quoted(text) + " is not finite", remedy};
  if (unit.empty()) return {quoted(text) + " has no unit", remedy};
  const std::string spaced = fmt::format("{} {}", text.substr(0, text.size() - unit.size()), unit);
  if (parse_quantity(spaced)) {
    return {quoted(text) + " lacks the space before the unit", fmt::format("write \"{}\"", spaced)};
  }
  if (unit.front() != ' ') return {quoted(text) + " is no number with a unit", remedy};
  if (parse_quantity(fmt::format("1{}", unit)))
    return {quoted(text) + " is too large for a number", ""};
  return {fmt::format("{} has an unknown unit", quoted(text)), remedy};
}

Complaint not_listed(const std::string& text, const Rule& rule) {
  return {quoted(text) + " is not known", suggestion(text, rule.one_of)};
}

bool listed(const std::string& text, const Rule& rule) {
  return rule.one_of.empty() || std::ranges::find(rule.one_of, text) != rule.one_of.end();
}

// A number by `as`, or a text by the rule's list.
template <class Either, class Number>
Result<Either> either(const Node& node, const Rule& rule, std::string_view wanted,
                      Result<Number> (*as)(const Node&, const Rule&)) {
  if (node.kind == Kind::string) {
    if (!listed(node.string, rule)) return not_listed(node.string, rule);
    return Either{std::nullopt, node.string};
  }
  if (node.kind != Kind::number) {
    const auto& texts = rule.one_of;
    return wrong_kind(node, fmt::format("{} or a text", wanted),
                      texts.empty() ? "" : fmt::format("texts: {}", fmt::join(texts, ", ")));
  }
  auto number = as(node, rule);
  if (auto* complaint = std::get_if<Complaint>(&number)) return std::move(*complaint);
  return Either{std::get<Number>(number), ""};
}

}  // namespace

std::string shown(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    case Kind::number:
      return plain_number(node.number);
    case Kind::string:
      return quoted(node.string);
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
  }
  return "";
}

std::string_view noun(Dimension dimension) {
  const std::string_view all = description(dimension);
  return all.substr(0, all.find(" such as"));
}

std::string limit_text(double si, Dimension dimension) {
  const std::string rounded = human(Measured{si, dimension});
  const auto read_back = parse_quantity(rounded);
  return read_back && read_back->si == si ? rounded : quantity_text({si, dimension});
}

Result<double> as_quantity(const Node& node, const Rule& rule, Dimension dimension) {
  if (node.kind == Kind::number) {
    return Complaint{shown(node) + " has no unit", fmt::format("write {}", description(dimension))};
  }
  if (node.kind != Kind::string) {
    return wrong_kind(node, noun(dimension), fmt::format("write {}", description(dimension)));
  }
  const auto measured = parse_quantity(node.string);
  if (!measured) return bad_quantity(node.string, dimension);
  if (measured->dimension != dimension) {
    return Complaint{
        fmt::format("{} is {}, not {}", shown(node), noun(measured->dimension), noun(dimension)),
        fmt::format("write {}", description(dimension))};
  }
  return sized(measured->si, measured->si, node.string, rule,
               [=](double limit) { return limit_text(limit, dimension); });
}

Result<Instant> as_date(const Node& node, const Rule& rule) {
  const std::string remedy =
      "write a day such as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC";
  if (node.kind != Kind::string) return wrong_kind(node, "a date", remedy);
  const auto date = parse_date(node.string);
  if (!date) return Complaint{shown(node) + " is no date from 1970 to 2199", remedy};
  return sized(*date, date->value(), node.string, rule,
               [](double limit) { return date_text(Instant(limit)); });
}

Result<double> as_number(const Node& node, const Rule& rule) {
  if (node.kind != Kind::number) return wrong_kind(node, "a number");
  return sized(node.number, node.number, shown(node), rule, plain_number);
}

Result<std::int64_t> as_integer(const Node& node, const Rule& rule) {
  if (node.kind != Kind::number) return wrong_kind(node, "a whole number");
  if (node.number != std::floor(node.number)) {
    return Complaint{shown(node) + " is no whole number", ""};
  }
  if (std::abs(node.number) > greatest_exact_integer) {
    return Complaint{shown(node) + " is too large to count exactly", "stay within 2^53"};
  }
  return sized(static_cast<std::int64_t>(node.number), node.number, shown(node), rule,
               plain_number);
}

Result<std::string> as_text(const Node& node, const Rule& rule) {
  if (node.kind != Kind::string) return wrong_kind(node, "a text");
  if (!listed(node.string, rule)) return not_listed(node.string, rule);
  return node.string;
}

Result<bool> as_boolean(const Node& node, const Rule&) {
  if (node.kind != Kind::boolean) return wrong_kind(node, "true or false");
  return node.boolean;
}

Result<Object::IntegerOrText> as_integer_or_text(const Node& node, const Rule& rule) {
  return either<Object::IntegerOrText>(node, rule, "a whole number", &as_integer);
}

Result<Object::NumberOrText> as_number_or_text(const Node& node, const Rule& rule) {
  return either<Object::NumberOrText>(node, rule, "a number", &as_number);
}

Result<Object::NumberOrText> as_quantity_or_text(const Node& node, const Rule& rule,
                                                 Dimension dimension) {
  if (node.kind == Kind::string && listed(node.string, rule)) {
    return Object::NumberOrText{std::nullopt, node.string};
  }
  auto quantity = as_quantity(node, rule, dimension);
  if (auto* complaint = std::get_if<Complaint>(&quantity)) {
    const bool unreadable = node.kind == Kind::string && !parse_quantity(node.string);
    if (unreadable && !complaint->remedy.empty()) {
      complaint->remedy += fmt::format(", or one of {}", fmt::join(rule.one_of, ", "));
    }
    return std::move(*complaint);
  }
  return Object::NumberOrText{std::get<double>(quantity), ""};
}

std::string name_problem(std::string_view name) {
  constexpr std::size_t longest = 64;
  if (name.empty()) return "a name is empty";
  if (characters(name) > longest) return fmt::format("a name has more than {} characters", longest);
  if (name.find('/') != std::string_view::npos) return "a name holds \"/\"";
  if (name.front() == ' ' || name.back() == ' ') return "a name begins or ends with a blank";
  const bool control = std::ranges::any_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  return control ? "a name holds a control character" : "";
}

}  // namespace trainyard::document
