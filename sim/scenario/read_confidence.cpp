#include "scenario/read_confidence.hpp"

#include "document/reader.hpp"

namespace trainyard::scenario {

using document::Object;

namespace {

step::Family read_family(Object object) {
  constexpr double huge = 1e12;
  const auto ratio = [&](const char* key, const char* doc) {
    return object.number(key, {.doc = doc, .minimum = 0, .maximum = huge}).value_or(1);
  };
  const auto count = [&](const char* key, const char* doc) {
    return object.integer(key, {.doc = doc, .minimum = 1, .maximum = huge}).value_or(1);
  };
  return {.rows = count("rows", "Measured steps"),
          .low = ratio("low", "Measured over predicted time, first decile"),
          .middle = ratio("middle", "The same, median"),
          .high = ratio("high", "The same, last decile"),
          .largest = count("largest_accelerators", "Accelerators of the largest of them")};
}

}  // namespace

step::Confidence read_confidence(const Library& library) {
  const std::string path = library.file("confidence.json");
  if (path.empty()) return {};
  const document::Node root = document::parse_file(path);
  document::Report report;
  std::map<std::string, step::Family> families;
  {
    Object object(root, "", report);
    object.object("families", {.doc = "By chip and software"}, [&](Object all) {
      for (const auto& [name, node] : root.find("families")->members) {
        all.object(name, {.doc = "One family"},
                   [&](Object family) { families.emplace(name, read_family(std::move(family))); });
      }
    });
  }
  report.throw_if_any();
  return step::Confidence(std::move(families));
}

}  // namespace trainyard::scenario
