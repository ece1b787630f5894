#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "collective/collective.hpp"
#include "hardware/fabric/fabric.hpp"
#include "pipeline/schedule.hpp"
#include "report/text_table.hpp"
#include "scenario/library.hpp"
#include "scenario/read_model.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::cli {
namespace {

using Lines = std::vector<std::vector<std::string>>;

Lines platform_lines(scenario::Library& library, const std::string& kind) {
  Lines lines;
  for (const std::string& name : library.names(kind)) {
    const document::Node* file = library.find(kind, name);
    const document::Node* summary = file == nullptr ? nullptr : file->find("summary");
    lines.push_back({name, summary == nullptr ? "" : summary->string});
  }
  return lines;
}

template <class Rows>
Lines catalog_lines(const Rows& rows) {
  Lines lines;
  for (const auto& row : rows) lines.push_back({std::string(row.name), std::string(row.summary)});
  return lines;
}

struct Section {
  std::string name;
  Lines lines;
};

std::vector<Section> sections(scenario::Library& library) {
  std::vector<Section> all;
  for (const std::string& kind : scenario::platform_kinds()) {
    all.push_back({kind, platform_lines(library, kind)});
  }
  all.push_back({"topologies", catalog_lines(hardware::fabrics())});
  all.push_back({"architectures", catalog_lines(scenario::architectures())});
  all.push_back({"schedules", catalog_lines(pipeline::schedules())});
  all.push_back({"collectives", catalog_lines(collective::algorithms())});
  all.push_back({"policies", catalog_lines(scheduling::policies())});
  all.push_back({"placements", catalog_lines(scheduling::placements())});
  return all;
}

std::string as_text(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    report::TextTable table({section.name, ""});
    for (const auto& line : section.lines) table.add({"  " + line[0], line[1]});
    text += (text.empty() ? "" : "\n") + table.text();
  }
  return text;
}

std::string as_json(const std::vector<Section>& sections) {
  document::Node all = json_object();
  for (const Section& section : sections) {
    document::Node lines = json_object();
    for (const auto& line : section.lines) lines.members.push_back({line[0], json(line[1])});
    all.members.push_back({section.name, std::move(lines)});
  }
  return document::canonical_text(all);
}

}  // namespace

int list_verb(const Arguments& arguments) {
  namespace po = boost::program_options;
  Options options(
      "Usage: trainyard list [--kind KIND]\n"
      "Names everything that a scenario may name, with a line on each.",
      "trainyard list --kind accelerators");
  options.add()("kind", po::value<std::string>()->default_value("")->value_name("KIND"),
                "one kind only, e.g. nodes");
  options.add()("platforms", po::value<std::vector<std::string>>()->value_name("DIR"),
                "folder of platform files, searched before the built-in one; may be repeated");
  options.add()("json", "print JSON: kind -> name -> line");
  if (!options.parse(arguments)) return 0;
  scenario::Library library(options.platforms());
  const auto kind = options.get<std::string>("kind");
  const auto all = sections(library);
  std::vector<std::string> kinds;
  for (const Section& section : all) kinds.push_back(section.name);
  if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    throw UsageError(fmt::format("unknown kind \"{}\"; {}", kind, suggestion(kind, kinds)));
  }
  std::vector<Section> chosen;
  for (const Section& section : all) {
    if (kind.empty() || section.name == kind) chosen.push_back(section);
  }
  fmt::print("{}\n", options.has("json") ? as_json(chosen) : as_text(chosen));
  return 0;
}

}  // namespace trainyard::cli
