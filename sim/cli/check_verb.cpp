#include <fmt/format.h>

#include <cstdio>

#include "cli/json.hpp"
#include "cli/options.hpp"

namespace trainyard::cli {

namespace {

// How much of each there is; sites, deliveries and jobs are those of the first variant.
document::Node counts(const scenario::Scenario& scenario) {
  const auto count = [](std::size_t number) { return json(static_cast<std::int64_t>(number)); };
  document::Node node = json_object({{"title", json(scenario.title)}});
  if (scenario.worlds.empty()) {
    node.members.push_back({"steps", count(scenario.steps.size())});
    return node;
  }
  const fleet::World& first = scenario.worlds.front();
  node.members.push_back({"variants", count(scenario.worlds.size())});
  node.members.push_back({"sites", count(first.sites.size())});
  node.members.push_back({"deliveries", count(first.deliveries.size())});
  node.members.push_back({"jobs", count(first.jobs.size())});
  return node;
}

}  // namespace

int check_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard check SCENARIO [options]\n"
      "Reads a scenario with all its variants and says what is wrong, without running.",
      "trainyard check scenarios/three-sites.json");
  options.add_scenario();
  options.add()("json", "print what was read as JSON");
  options.add()("quiet,q", "print nothing but errors");
  if (!options.parse(arguments)) return 0;
  scenario::Library library(options.platforms());
  const scenario::Scenario scenario = scenario::read(options.scenario(), library);
  if (options.has("quiet")) return 0;
  if (options.has("json")) {
    fmt::print("{}\n", document::canonical_text(counts(scenario)));
  } else if (scenario.worlds.empty()) {
    fmt::print("ok: {} steps\n", scenario.steps.size());
  } else {
    const fleet::World& first = scenario.worlds.front();
    fmt::print("ok: {} variants, {} sites, {} deliveries, {} jobs\n", scenario.worlds.size(),
               first.sites.size(), first.deliveries.size(), first.jobs.size());
  }
  return 0;
}

}  // namespace trainyard::cli
