#include <fmt/format.h>

#include <cstdio>

#include "cli/options.hpp"

namespace trainyard::cli {

int schema_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard schema\n"
      "Prints the JSON Schema (draft-07) of scenarios, for editors and other tools.",
      "trainyard schema > scenario.schema.json");
  if (!options.parse(arguments)) return 0;
  fmt::print("{}\n", scenario::schema());
  return 0;
}

}  // namespace trainyard::cli
