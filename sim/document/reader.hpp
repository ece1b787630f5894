// Reads a Node into structs and describes the format at the same time. The same reading function,
// run on a document, yields values and problems; run without one, it yields the JSON Schema. So
// reader and schema cannot drift apart.
//
//   Site read_site(Object object) {
//     Site site;
//     site.pue = object.number("pue", {.doc = "Power usage effectiveness", .minimum =
//     1}).value_or(1); object.each("power", {.doc = "Power phases by name"},
//                 [&](const std::string& name, Object phase) {...});
//     return site;
//   }
//
// A member that is missing or wrong yields the default value (zero) and a problem in the Report;
// the caller goes on, so that all problems are found at once, and `Report::throw_if_any` ends it.
// Members never asked for are unknown keys: a problem each when the Object goes out of scope, with
// the nearest known key. A key is asked for once per Object.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.hpp"
#include "base/units.hpp"
#include "document/node.hpp"

namespace trainyard::document {

// How far a number is to be trusted, weakest last.
enum class Status { verified, secondary, assumed };
std::string_view name(Status status);

// A value that came with {"value", "status", "source"}.
struct Mark {
  std::string pointer;
  std::string value;
  Status status = Status::verified;
  std::string source;
};

class Description;  // the schema being gathered; see schema.hpp

// What reading a document gathers besides values.
class Report {
 public:
  void add(Problem problem);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  [[nodiscard]] const std::vector<Mark>& marks() const { return marks_; }
  void add(Mark mark) { marks_.push_back(std::move(mark)); }
  // Throws InputError with all problems (by place, equal ones once), if there are any.
  void throw_if_any() const;

 private:
  std::vector<Problem> problems_;
  std::vector<Mark> marks_;
};

enum class Presence { required, optional };

// What a number or quantity may be, in SI where it has a unit. Infinite and NaN are never allowed.
struct Rule {
  std::string doc;  // one sentence: meaning; default where optional; when to change it
  Presence presence = Presence::required;
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool minimum_excluded = false;         // e.g. minimum 0 excluded = must be positive
  std::vector<std::string> one_of = {};  // for texts: the allowed ones (schema: enum)
};

class Object {
 public:
  // Reads `node`, which should be an object; `pointer` is where it stands.
  Object(const Node& node, std::string pointer, Report& report);
  // Describes: gathers the schema of what is asked for, every answer is a default.
  explicit Object(Description& description);
  Object(Object&&) noexcept;
  Object(const Object&) = delete;
  ~Object();  // reports members nobody asked for

  // Quantities, dates and numbers also stand as {"value": ..., "status": ..., "source": ...}.
  template <class Unit>
  Unit quantity(const std::string& key, const Rule& rule) {
    return Unit(quantity(key, rule, dimension_of<Unit>()).value_or(0));
  }
  template <class Unit>
  std::optional<Unit> optional_quantity(const std::string& key, Rule rule) {
    rule.presence = Presence::optional;
    const auto si = quantity(key, rule, dimension_of<Unit>());
    return si ? std::optional(Unit(*si)) : std::nullopt;
  }
  // A quantity, or an object in its place that `read` takes. An object with a member "value" is a
  // marked quantity.
  template <class Unit>
  std::optional<Unit> quantity_or_object(const std::string& key, const Rule& rule,
                                         const std::function<void(Object)>& read) {
    const auto si = quantity_or_object(key, rule, dimension_of<Unit>(), read);
    return si ? std::optional(Unit(*si)) : std::nullopt;
  }
  // A quantity, or one of `rule.one_of` in its place: "1 h" or "daly".
  template <class Unit>
  struct QuantityOrText {
    std::optional<Unit> quantity;
    std::string text;
  };
  template <class Unit>
  std::optional<QuantityOrText<Unit>> quantity_or_text(const std::string& key, const Rule& rule) {
    const auto read = quantity_or_text(key, rule, dimension_of<Unit>());
    if (!read) return std::nullopt;
    if (!read->number) return QuantityOrText<Unit>{std::nullopt, read->text};
    return QuantityOrText<Unit>{Unit(*read->number), ""};
  }
  std::optional<Instant> date(const std::string& key, const Rule& rule);
  std::optional<double> number(const std::string& key, const Rule& rule);
  std::optional<std::int64_t> integer(const std::string& key, const Rule& rule);
  std::optional<std::string> text(const std::string& key, const Rule& rule);
  std::optional<bool> boolean(const std::string& key, const Rule& rule);
  std::vector<std::string> texts(const std::string& key, const Rule& rule);  // array of strings
  std::vector<std::int64_t> integers(const std::string& key, const Rule& rule);
  // Integer or one of `rule.one_of`, e.g. chips: 512 or "all". Integers obey minimum and maximum.
  struct IntegerOrText {
    std::optional<std::int64_t> integer;
    std::string text;
  };
  std::optional<IntegerOrText> integer_or_text(const std::string& key, const Rule& rule);
  // Number or one of `rule.one_of`, e.g. a share: 0.5 or "rest".
  struct NumberOrText {
    std::optional<double> number;
    std::string text;
  };
  std::optional<NumberOrText> number_or_text(const std::string& key, const Rule& rule);

  // Accepts any JSON and reads nothing: for members that another pass handles.
  void ignore(const std::string& key, const std::string& doc);

  // A text that names what the object was laid over before it is read: where it stands, the schema
  // requires no other member.
  void laid_over(const std::string& key, const std::string& doc);

  // `with` reads this object where `key` is there, else `without`; describing calls both, each for
  // its part of the schema.
  void split(const std::string& key, const std::function<void(Object&)>& with,
             const std::function<void(Object&)>& without);

  // A member object with fixed keys. Returns false (and does not call) where it is absent; when
  // describing, calls `read` once.
  bool object(const std::string& key, const Rule& rule, const std::function<void(Object)>& read);
  // As `object`, or one of `rule.one_of` in its place, which is returned; else "".
  std::string object_or_text(const std::string& key, const Rule& rule,
                             const std::function<void(Object)>& read);
  // A member object keyed by user-chosen names: `read` once for each, in the order written. A name
  // is 1..64 characters without '/', control characters or surrounding blanks.
  void each(const std::string& key, const Rule& rule,
            const std::function<void(const std::string&, Object)>& read);
  // A member object keyed by user-chosen names, of a number each.
  void each_number(const std::string& key, const Rule& rule,
                   const std::function<void(const std::string&, double)>& read);
  // The same, of a number or text each (a mix).
  void each_number_or_text(
      const std::string& key, const Rule& rule,
      const std::function<void(const std::string&, const NumberOrText&)>& read);

  [[nodiscard]] bool has(const std::string& key) const;  // false when describing
  [[nodiscard]] bool describing() const { return description_ != nullptr; }
  // No object stands here, which was reported, or it describes: nothing can be held against it.
  [[nodiscard]] bool absent() const { return node_ == nullptr; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] Place place(const std::string& key) const;  // of the member, or of the object
  // A problem of this object's member `key` ("" = the object itself), where reading found none.
  void problem(const std::string& key, std::string message, std::string remedy = "");
  // The same deeper down: `within` is a JSON pointer from this object, e.g. "/plan/tensor".
  void problem_at(const std::string& within, std::string message, std::string remedy = "");
  // One of a file that the member `key` names.
  void problem_in(const Place& place, const std::string& key, std::string message,
                  std::string remedy = "");
  // Of the whole report so far: grows while something wrong is read. 0 when describing.
  [[nodiscard]] std::size_t problem_count() const;

 private:
  using Schema = std::function<Node(const Rule&)>;

  std::optional<double> quantity(const std::string& key, const Rule& rule, Dimension dimension);
  std::optional<double> quantity_or_object(const std::string& key, const Rule& rule,
                                           Dimension dimension,
                                           const std::function<void(Object)>& read);
  std::optional<NumberOrText> quantity_or_text(const std::string& key, const Rule& rule,
                                               Dimension dimension);
  // The member, or nothing where it is absent or this object describes; then the schema is noted.
  const Node* ask(const std::string& key, const Rule& rule, const Schema& schema);
  // Templates of reader.cpp: a member as it stands, and one that may come with a mark.
  template <class T, class Convert>
  std::optional<T> plain(const std::string& key, const Rule& rule, const Schema& schema,
                         const Convert& convert);
  template <class T, class Convert>
  std::optional<T> marked(const std::string& key, const Rule& rule, const Schema& schema,
                          const Convert& convert);
  template <class T, class Convert>
  std::optional<T> marked_value(const Node& node, const std::string& key, const Schema& schema,
                                const Convert& convert);
  template <class T, class Convert>
  std::optional<T> converted(const Node& node, const std::string& pointer, const Convert& convert);
  static Schema or_marked(const Schema& schema);
  const Node* read_mark(const Schema& schema, Mark& mark);
  void each_member(const std::string& key, const Node* named,
                   const std::function<void(const std::string& name, const Node& member,
                                            const std::string& pointer)>& read);
  [[nodiscard]] std::string below(const std::string& key) const;  // pointer of the member

  const Node* node_ = nullptr;  // none when describing, and where no object stands
  std::string pointer_;
  Place place_;
  Report* report_ = nullptr;
  Description* description_ = nullptr;
  std::vector<std::string> asked_;
};

// The JSON Schema (draft-07, canonical text) of a document whose root is read by `read`.
std::string schema_text(const std::string& title, const std::string& description,
                        const std::function<void(Object)>& read);

}  // namespace trainyard::document
