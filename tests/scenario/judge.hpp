// What the JSON Schema says of a document, beside what the reader says.
#pragma once

#include <string>

namespace trainyard::scenario::test {

// By valijson, under the schema that the program prints.
bool schema_accepts(const std::string& text);

}  // namespace trainyard::scenario::test
