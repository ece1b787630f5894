#include <fmt/format.h>

#include <cstdio>

#include "cli/options.hpp"

namespace trainyard::cli {

int check_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard check SCENARIO [options]\n"
      "Reads a scenario with all its variants and says what is wrong, without running.",
      "trainyard check scenarios/three-sites.json");
  options.add_scenario();
  if (!options.parse(arguments)) return 0;
  scenario::Library library(options.platforms());
  const scenario::Scenario scenario = scenario::read(options.scenario(), library);
  if (scenario.worlds.empty()) {
    fmt::print("ok: {} steps\n", scenario.steps.size());
  } else {
    const fleet::World& first = scenario.worlds.front();
    fmt::print("ok: {} variants, {} sites, {} deliveries, {} jobs\n", scenario.worlds.size(),
               first.sites.size(), first.deliveries.size(), first.jobs.size());
  }
  return 0;
}

}  // namespace trainyard::cli
