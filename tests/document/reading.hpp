// For tests of readers: reads a text and gives back all problems as one text.
#pragma once

#include <functional>
#include <string>

#include "document/reader.hpp"

namespace trainyard::document::test {

// "" where nothing is wrong. The file is called "a.json".
inline std::string problems(const std::string& text, const std::function<void(Object)>& read) {
  const Node node = parse(text, "a.json");
  Report report;
  read(Object(node, "", report));
  try {
    report.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace trainyard::document::test
