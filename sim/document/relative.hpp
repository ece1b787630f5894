// Values that say how to change what stands there: "+60 d", "-20 MW", "x1.1". Variants, `--set` and
// sweep axes use them through `set` in pointer.hpp.
#pragma once

#include <optional>
#include <string>

#include "base/quantity.hpp"
#include "document/node.hpp"

namespace trainyard::document {

struct Relative {
  std::string text;                // as written
  double factor = 1;               // of "x1.1"
  std::optional<Measured> amount;  // of "+60 d", negative for "-60 d"
};

// Nothing where the value is absolute. "+5" without a unit is a text like any other.
std::optional<Relative> relative(const Node& value);

// `value` holds where `problem` is empty. A sum of a date and a duration is a date, in whole
// seconds.
struct Applied {
  Node value;
  std::string problem;
  std::string remedy;
};
Applied applied(const Relative& change, const Node& old);

}  // namespace trainyard::document
