#include <fmt/format.h>

#include <cstdio>

#include "base/error.hpp"
#include "cli/json_summary.hpp"
#include "cli/options.hpp"
#include "report/summary.hpp"
#include "simulate.hpp"

namespace trainyard::cli {

namespace po = boost::program_options;

int step_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard step SCENARIO [--job NAME] [--chips N] [options]\n"
      "Plays one training step of each job and shows where its time goes.",
      "trainyard step scenarios/three-sites.json --job fsd --chips 8192");
  options.add_scenario();
  options.add()("job", po::value<std::string>()->default_value("")->value_name("NAME"),
                "this job only");
  options.add()("variant", po::value<std::string>()->default_value("")->value_name("NAME"),
                "this variant only");
  options.add()("chips", po::value<std::int64_t>()->default_value(0)->value_name("N"),
                "on so many accelerators, whole nodes; default: as many as the job ever gets");
  options.add()("full", "play every rank instead of folding ranks that behave alike");
  options.add()("network", po::value<std::string>()->default_value("fair")->value_name("NAME"),
                "fair, or s4u: SimGrid's own network model, the reference; needs --full");
  options.add()("processes", po::value<int>()->value_name("N"),
                "steps played at once; default: the processors available");
  options.add()("json", "print JSON");
  if (!options.parse(arguments)) return 0;

  StepRequest request{.scenario = options.scenario(), .platforms = options.platforms()};
  request.job = options.get<std::string>("job");
  request.variant = options.get<std::string>("variant");
  request.chips = options.get<std::int64_t>("chips");
  request.processes = processes(options);
  if (request.chips < 0) throw UsageError("--chips must not be negative");
  const auto network = options.get<std::string>("network");
  if (network != "fair" && network != "s4u") {
    throw UsageError(fmt::format("unknown network \"{}\"; use fair or s4u", network));
  }
  if (network == "s4u" && !options.has("full")) {
    throw UsageError("--network s4u cannot fold; add --full");
  }
  if (options.has("full")) request.options.folding = program::Folding::off;
  if (network == "s4u") request.options.backend = engine::Backend::s4u;

  const auto steps = run_steps(request);
  fmt::print("{}\n", options.has("json") ? json_steps(steps) : report::step_summary(steps));
  return 0;
}

}  // namespace trainyard::cli
