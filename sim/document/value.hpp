// One bare JSON value to one C++ value, or a complaint. The reader calls these, and adds the place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "document/node.hpp"
#include "document/reader.hpp"

namespace trainyard::document {

struct Complaint {
  std::string problem;
  std::string remedy;
};

template <class T>
using Result = std::variant<T, Complaint>;

Result<double> as_quantity(const Node& node, const Rule& rule, Dimension dimension);
Result<Instant> as_date(const Node& node, const Rule& rule);
Result<double> as_number(const Node& node, const Rule& rule);
Result<std::int64_t> as_integer(const Node& node, const Rule& rule);
Result<std::string> as_text(const Node& node, const Rule& rule);
Result<bool> as_boolean(const Node& node, const Rule& rule);
Result<Object::IntegerOrText> as_integer_or_text(const Node& node, const Rule& rule);
Result<Object::NumberOrText> as_number_or_text(const Node& node, const Rule& rule);
Result<Object::NumberOrText> as_quantity_or_text(const Node& node, const Rule& rule,
                                                 Dimension dimension);

// What is wrong with a name chosen by a user, "" where nothing is.
std::string name_problem(std::string_view name);

// The value as messages show it: 5, true, null, "text", an array, an object. Long texts are cut.
std::string shown(const Node& node);

// "a power", "an amount of data".
std::string_view noun(Dimension dimension);

// A limit of a rule, with the unit of the dimension: "130 MW".
std::string limit_text(double si, Dimension dimension);

}  // namespace trainyard::document
