#include "provenance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "engine/version.hpp"
#include "measure/column.hpp"
#include "output/result_file.hpp"
#include "version.hpp"

namespace trainyard {
namespace {

using document::Mark;

// Every input that came with a status and a source, as a table.
void add_marks(const std::vector<Mark>& marks, Dataset& dataset) {
  constexpr const char* axis = "input";
  dataset.axes.push_back({axis, marks.size()});
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const Mark&)) {
    dataset.variables.push_back(
        measure::column<std::string>(axis, name, description, "", marks, value));
  };
  text("input_pointer", "where the value stands in the resolved scenario",
       [](const Mark& mark) { return mark.pointer; });
  text("input_value", "the value as written", [](const Mark& mark) { return mark.value; });
  text("input_status", "how far it is to be trusted: verified, secondary or assumed",
       [](const Mark& mark) { return std::string(name(mark.status)); });
  text("input_source", "where it comes from", [](const Mark& mark) { return mark.source; });
}

std::string weakest(const std::vector<Mark>& marks) {
  document::Status status = document::Status::verified;
  for (const Mark& mark : marks) status = std::max(status, mark.status);
  return std::string(name(status));
}

}  // namespace

std::string program_version() {
  return fmt::format("{} (git {})", version, git_revision);
}

void add_provenance(const scenario::Scenario& scenario, Dataset& dataset) {
  add_marks(scenario.marks, dataset);
  dataset.attributes = {
      {"Conventions", "CF-1.10"},
      {"title", scenario.title},
      {"source", fmt::format("Trainyard {}", program_version())},
      {"result_format", result_format},
      {"simgrid_version", engine::simgrid_version()},
      {"hdf5_version", output::hdf5_version()},
      {"scenario_json", scenario.resolved},
      {"scenario_sha256", sha256(scenario.resolved)},
      {"overrides", fmt::format("{}", fmt::join(scenario.overrides, "\n"))},
      {"seed", scenario.seed},
      {"baseline", scenario.baseline},
      {"weakest_input", weakest(scenario.marks)},
  };
}

}  // namespace trainyard
