#include "document/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"
#include "document/pointer.hpp"
#include "document/schema.hpp"
#include "document/value.hpp"

namespace trainyard::document {
namespace {

constexpr std::array statuses{Status::verified, Status::secondary, Status::assumed};

std::vector<std::string> status_names() {
  std::vector<std::string> names;
  for (const Status status : statuses) names.emplace_back(name(status));
  return names;
}

std::vector<std::string> keys_in(const Node* node) {
  std::vector<std::string> keys;
  if (node == nullptr) return keys;
  for (const auto& [key, member] : node->members) keys.push_back(key);
  return keys;
}

// The value of a mark as it was written, without the quotes of messages.
std::string written(const Node& node) {
  return node.kind == Kind::string ? node.string : shown(node);
}

}  // namespace

std::string_view name(Status status) {
  switch (status) {
    case Status::verified:
      return "verified";
    case Status::secondary:
      return "secondary";
    case Status::assumed:
      return "assumed";
  }
  return "";
}

Object::Object(const Node& node, std::string pointer, Report& report)
    : pointer_(std::move(pointer)), place_(node.place()), report_(&report) {
  if (node.kind == Kind::object) {
    node_ = &node;
  } else {
    problem("", shown(node) + " stands here, not an object", "write {...}");
  }
}

Object::Object(Description& description) : description_(&description) {}

Object::Object(Object&& other) noexcept
    : node_(std::exchange(other.node_, nullptr)),
      pointer_(std::move(other.pointer_)),
      place_(std::move(other.place_)),
      report_(other.report_),
      description_(other.description_),
      asked_(std::move(other.asked_)) {}

Object::~Object() {
  for (const std::string& key : keys_in(node_)) {
    if (std::ranges::find(asked_, key) != asked_.end()) continue;
    problem(key, fmt::format("unknown key \"{}\"", key), suggestion(key, asked_));
  }
}

const Node* Object::ask(const std::string& key, const Rule& rule, const Schema& schema) {
  EXPECT(std::ranges::find(asked_, key) == asked_.end());
  asked_.push_back(key);
  if (describing()) description_->add(key, rule, schema(rule));
  if (node_ == nullptr) return nullptr;
  const Node* member = node_->find(key);
  if (member == nullptr && rule.presence == Presence::required) {
    problem("", fmt::format("missing \"{}\"", key),
            rule.doc.empty() ? "add it" : fmt::format("add it: {}", rule.doc));
  }
  return member;
}

std::string Object::below(const std::string& key) const {
  return pointer_ + "/" + escaped(key);
}

template <class T, class Convert>
std::optional<T> Object::converted(const Node& node, const std::string& pointer,
                                   const Convert& convert) {
  auto result = convert(node);
  if (auto* complaint = std::get_if<Complaint>(&result)) {
    report_->add(Problem{node.place(), pointer, std::move(complaint->problem),
                         std::move(complaint->remedy)});
    return std::nullopt;
  }
  return std::get<T>(std::move(result));
}

template <class T, class Convert>
std::optional<T> Object::plain(const std::string& key, const Rule& rule, const Schema& schema,
                               const Convert& convert) {
  const Node* node = ask(key, rule, schema);
  if (node == nullptr) return std::nullopt;
  return converted<T>(*node, below(key), [&](const Node& n) { return convert(n, rule); });
}

// {"value", "status", "source"}: in this function too, reading and describing are one.
const Node* Object::read_mark(const Schema& schema, Mark& mark) {
  const Node* value = ask("value", {.doc = "The value itself"}, schema);
  mark.pointer = pointer_;
  if (value != nullptr) mark.value = written(*value);
  const auto status =
      text("status", {.doc = "How far the value is to be trusted", .one_of = status_names()});
  for (const Status each : statuses) {
    if (status == name(each)) mark.status = each;
  }
  const auto source = text("source", {.doc = "Where the value is from; needed unless assumed",
                                      .presence = Presence::optional});
  mark.source = source.value_or("");
  if (status && mark.status != Status::assumed && mark.source.empty()) {
    problem("", fmt::format("a {} value needs a source", *status), "add \"source\"");
  }
  return value;
}

// As `schema`, bare or with a mark.
Object::Schema Object::or_marked(const Schema& schema) {
  return [schema](const Rule& of) {
    Description mark;
    Mark nothing;
    // The rule is that of the member; `read_mark` has none to hand on.
    Object(mark).read_mark([&](const Rule&) { return schema(of); }, nothing);
    return either_schema(schema(of), mark.schema());
  };
}

template <class T, class Convert>
std::optional<T> Object::marked_value(const Node& node, const std::string& key,
                                      const Schema& schema, const Convert& convert) {
  if (node.kind != Kind::object) return converted<T>(node, below(key), convert);
  Mark mark;
  const Node* value = Object(node, below(key), *report_).read_mark(schema, mark);
  if (value == nullptr) return std::nullopt;
  report_->add(mark);
  return converted<T>(*value, below(key) + "/value", convert);
}

template <class T, class Convert>
std::optional<T> Object::marked(const std::string& key, const Rule& rule, const Schema& schema,
                                const Convert& convert) {
  const Node* node = ask(key, rule, or_marked(schema));
  if (node == nullptr) return std::nullopt;
  return marked_value<T>(*node, key, schema, [&](const Node& n) { return convert(n, rule); });
}

std::optional<double> Object::quantity(const std::string& key, const Rule& rule,
                                       Dimension dimension) {
  return marked<double>(
      key, rule, [=](const Rule& of) { return quantity_schema(of, dimension); },
      [=](const Node& node, const Rule& by) { return as_quantity(node, by, dimension); });
}

std::optional<double> Object::quantity_or_object(const std::string& key, const Rule& rule,
                                                 Dimension dimension,
                                                 const std::function<void(Object)>& read) {
  const Schema plain = [=](const Rule& of) { return quantity_schema(of, dimension); };
  const auto described = [&](const Rule& of) {
    Description inner;
    read(Object(inner));
    return either_schema(or_marked(plain)(of), inner.schema());
  };
  const Node* node = ask(key, rule, described);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Kind::object && node->find("value") == nullptr) {
    read(Object(*node, below(key), *report_));
    return std::nullopt;
  }
  return marked_value<double>(*node, key, plain,
                              [&](const Node& n) { return as_quantity(n, rule, dimension); });
}

std::optional<Object::NumberOrText> Object::quantity_or_text(const std::string& key,
                                                             const Rule& rule,
                                                             Dimension dimension) {
  return marked<NumberOrText>(
      key, rule, [=](const Rule& of) { return quantity_or_text_schema(of, dimension); },
      [=](const Node& node, const Rule& by) { return as_quantity_or_text(node, by, dimension); });
}

std::optional<Instant> Object::date(const std::string& key, const Rule& rule) {
  return marked<Instant>(key, rule, date_schema, as_date);
}

std::optional<double> Object::number(const std::string& key, const Rule& rule) {
  return marked<double>(key, rule, number_schema, as_number);
}

std::optional<std::int64_t> Object::integer(const std::string& key, const Rule& rule) {
  return marked<std::int64_t>(key, rule, integer_schema, as_integer);
}

std::optional<std::string> Object::text(const std::string& key, const Rule& rule) {
  return plain<std::string>(key, rule, text_schema, as_text);
}

std::optional<bool> Object::boolean(const std::string& key, const Rule& rule) {
  return plain<bool>(key, rule, boolean_schema, as_boolean);
}

std::optional<Object::IntegerOrText> Object::integer_or_text(const std::string& key,
                                                             const Rule& rule) {
  return marked<IntegerOrText>(key, rule, integer_or_text_schema, as_integer_or_text);
}

std::optional<Object::NumberOrText> Object::number_or_text(const std::string& key,
                                                           const Rule& rule) {
  return marked<NumberOrText>(key, rule, number_or_text_schema, as_number_or_text);
}

std::vector<std::string> Object::texts(const std::string& key, const Rule& rule) {
  std::vector<std::string> texts;
  const Node* node = ask(key, rule, texts_schema);
  if (node == nullptr) return texts;
  if (node->kind != Kind::array) {
    problem(key, shown(*node) + " is no array of texts", "write [\"...\", \"...\"]");
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    auto text = converted<std::string>(node->items[i], fmt::format("{}/{}", below(key), i),
                                       [&](const Node& n) { return as_text(n, rule); });
    if (text) texts.push_back(std::move(*text));
  }
  return texts;
}

std::vector<std::int64_t> Object::integers(const std::string& key, const Rule& rule) {
  std::vector<std::int64_t> integers;
  const Node* node = ask(key, rule, integers_schema);
  if (node == nullptr) return integers;
  if (node->kind != Kind::array) {
    problem(key, shown(*node) + " is no array of whole numbers", "write [..., ...]");
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const auto integer =
        converted<std::int64_t>(node->items[i], fmt::format("{}/{}", below(key), i),
                                [&](const Node& n) { return as_integer(n, rule); });
    if (integer) integers.push_back(*integer);
  }
  return integers;
}

void Object::ignore(const std::string& key, const std::string& doc) {
  ask(key, {.doc = doc, .presence = Presence::optional}, anything_schema);
}

void Object::laid_over(const std::string& key, const std::string& doc) {
  text(key, {.doc = doc, .presence = Presence::optional});
  if (describing()) description_->relax_where(key);
}

void Object::split(const std::string& key, const std::function<void(Object&)>& with,
                   const std::function<void(Object&)>& without) {
  if (!describing()) return has(key) ? with(*this) : without(*this);
  Description where;
  Description elsewhere;
  Object described_with(where);
  Object described_without(elsewhere);
  with(described_with);
  without(described_without);
  description_->split_where(key, where, elsewhere);
}

bool Object::object(const std::string& key, const Rule& rule,
                    const std::function<void(Object)>& read) {
  const auto described = [&](const Rule&) {
    Description inner;
    read(Object(inner));
    return inner.schema();
  };
  const Node* node = ask(key, rule, described);
  if (node != nullptr) read(Object(*node, below(key), *report_));
  return node != nullptr;
}

std::string Object::object_or_text(const std::string& key, const Rule& rule,
                                   const std::function<void(Object)>& read) {
  const auto described = [&](const Rule&) {
    Description inner;
    read(Object(inner));
    return either_schema(text_schema(rule), inner.schema());
  };
  const Node* node = ask(key, rule, described);
  if (node == nullptr) return "";
  if (node->kind == Kind::string) {
    const auto text =
        converted<std::string>(*node, below(key), [&](const Node& n) { return as_text(n, rule); });
    return text.value_or("");
  }
  read(Object(*node, below(key), *report_));
  return "";
}

// The members of `named`, each under its pointer, if it is an object with good names.
void Object::each_member(
    const std::string& key, const Node* named,
    const std::function<void(const std::string&, const Node&, const std::string&)>& read) {
  if (named == nullptr) return;
  if (named->kind != Kind::object) {
    problem(key, shown(*named) + " stands here, not an object keyed by name",
            "write {\"name\": ...}");
  }
  for (const auto& [name, member] : named->members) {
    const std::string pointer = below(key) + "/" + escaped(name);
    const std::string wrong = name_problem(name);
    if (!wrong.empty())
      report_->add(Problem{member.place(), pointer, wrong, "choose another name"});
    read(name, member, pointer);
  }
}

void Object::each(const std::string& key, const Rule& rule,
                  const std::function<void(const std::string&, Object)>& read) {
  const auto described = [&](const Rule&) {
    Description inner;
    read("*", Object(inner));
    return named_schema(inner.schema());
  };
  each_member(key, ask(key, rule, described),
              [&](const std::string& name, const Node& member, const std::string& pointer) {
                read(name, Object(member, pointer, *report_));
              });
}

void Object::each_number(const std::string& key, const Rule& rule,
                         const std::function<void(const std::string&, double)>& read) {
  const auto described = [](const Rule& of) { return named_schema(number_schema(of)); };
  each_member(key, ask(key, rule, described),
              [&](const std::string& name, const Node& member, const std::string& pointer) {
                const auto value = converted<double>(
                    member, pointer, [&](const Node& n) { return as_number(n, rule); });
                if (value) read(name, *value);
              });
}

void Object::each_number_or_text(
    const std::string& key, const Rule& rule,
    const std::function<void(const std::string&, const NumberOrText&)>& read) {
  const auto described = [](const Rule& of) { return named_schema(number_or_text_schema(of)); };
  each_member(key, ask(key, rule, described),
              [&](const std::string& name, const Node& member, const std::string& pointer) {
                const auto value = converted<NumberOrText>(
                    member, pointer, [&](const Node& n) { return as_number_or_text(n, rule); });
                if (value) read(name, *value);
              });
}

bool Object::has(const std::string& key) const {
  return node_ != nullptr && node_->find(key) != nullptr;
}

Place Object::place(const std::string& key) const {
  const Node* member = node_ != nullptr ? node_->find(key) : nullptr;
  return member != nullptr ? member->place() : place_;
}

void Object::problem(const std::string& key, std::string message, std::string remedy) {
  if (describing()) return;
  report_->add(Problem{key.empty() ? place_ : place(key), key.empty() ? pointer_ : below(key),
                       std::move(message), std::move(remedy)});
}

void Object::problem_at(const std::string& within, std::string message, std::string remedy) {
  if (describing()) return;
  report_->add(Problem{node_ != nullptr ? locate(*node_, within) : place_, pointer_ + within,
                       std::move(message), std::move(remedy)});
}

void Object::problem_in(const Place& place, const std::string& key, std::string message,
                        std::string remedy) {
  if (describing()) return;
  report_->add(Problem{place, below(key), std::move(message), std::move(remedy)});
}

std::size_t Object::problem_count() const {
  return report_ == nullptr ? 0 : report_->problems().size();
}

}  // namespace trainyard::document
