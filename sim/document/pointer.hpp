// JSON pointers (RFC 6901) into a Node, and the one mechanism by which variants, `--set` and sweep
// axes change a document.
#pragma once

#include <string>
#include <string_view>

#include "document/node.hpp"

namespace trainyard::document {

// Nothing where the pointer leads nowhere. "" is the node itself.
const Node* find(const Node& root, std::string_view pointer);

// Place of the value, or of the nearest ancestor that exists.
Place locate(const Node& root, std::string_view pointer);

// Escapes "~" and "/" of a key for use in a pointer.
std::string escaped(std::string_view key);

// Sets the value at `pointer`. Objects on the way are not made up: a parent that does not exist is
// an InputError naming the nearest key. The last key may be new in its object; arrays are not
// entered. A string value may be relative to what stands there: "+60 d" or "-60 d" on a date or a
// duration,
// "+20 MW" on a quantity of the same dimension, "x1.1" on a quantity or number. Relative to
// nothing, or of another dimension, is an InputError at the value's place. A value kept as
// {"value": ...} is changed inside, so that its status and source stay.
void set(Node& root, std::string_view pointer, const Node& value);

// `--set /pointer=value`: the value is JSON where it parses as such, else a string. Throws
// UsageError where there is no "/" in front or no "=".
struct Override {
  std::string pointer;
  Node value;
};
Override parse_override(std::string_view text);

}  // namespace trainyard::document
