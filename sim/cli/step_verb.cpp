#include <fmt/format.h>

#include <cstdio>

#include "base/error.hpp"
#include "cli/json_summary.hpp"
#include "cli/options.hpp"
#include "report/step_detail.hpp"
#include "simulate.hpp"

namespace trainyard::cli {

namespace po = boost::program_options;

namespace {

void add_options(Options& options) {
  options.add_scenario();
  options.add()("job", po::value<std::string>()->default_value("")->value_name("NAME"),
                "this job only");
  options.add()("variant", po::value<std::string>()->default_value("")->value_name("NAME"),
                "this variant only");
  options.add()("chips", po::value<std::int64_t>()->default_value(0)->value_name("N"),
                "on so many accelerators, whole nodes; default: as many as the job ever gets");
  options.add()("explain", "name the bottleneck, and play what 10 % faster parts would give");
  options.add()("trace", po::value<std::string>()->value_name("FILE.json"),
                "write a timeline that ui.perfetto.dev opens; of one step only");
  options.add()("memory",
                po::value<std::string>()->default_value("check")->value_name("check|ignore"),
                "ignore: play steps that do not fit memory too; scenarios without a horizon only");
  options.add()("full", "play every rank instead of folding ranks that behave alike");
  options.add()("network", po::value<std::string>()->default_value("fair")->value_name("NAME"),
                "fair, or s4u: SimGrid's own network model, the reference; needs --full");
  options.add()("contention", po::value<std::string>()->default_value("on")->value_name("on|off"),
                "off: every transfer has its links to itself, to see what sharing them costs");
  options.add()("processes", po::value<int>()->value_name("N"),
                "steps played at once; default: the processors available");
  options.add()("json", "print JSON");
}

engine::Backend backend(const Options& options) {
  const auto network = options.get<std::string>("network");
  const auto contention = options.get<std::string>("contention");
  if (network != "fair" && network != "s4u") {
    throw UsageError(fmt::format("unknown network \"{}\"; use fair or s4u", network));
  }
  if (contention != "on" && contention != "off") {
    throw UsageError(fmt::format("--contention: unknown \"{}\"; use on or off", contention));
  }
  if (network == "s4u" && !options.has("full")) {
    throw UsageError("--network s4u cannot fold; add --full");
  }
  if (network == "s4u" && contention == "off") {
    throw UsageError("--network s4u cannot leave contention out; use --network fair");
  }
  if (network == "s4u") return engine::Backend::s4u;
  return contention == "off" ? engine::Backend::unshared : engine::Backend::fair;
}

step::Room room(const Options& options) {
  const auto memory = options.get<std::string>("memory");
  if (memory != "check" && memory != "ignore") {
    throw UsageError(fmt::format("--memory: unknown \"{}\"; use check or ignore", memory));
  }
  return memory == "check" ? step::Room::checked : step::Room::ignored;
}

StepRequest request_of(const Options& options) {
  StepRequest request{.scenario = options.scenario(), .platforms = options.platforms()};
  request.scenario.room = room(options);
  request.job = options.get<std::string>("job");
  request.variant = options.get<std::string>("variant");
  request.chips = options.get<std::int64_t>("chips");
  request.processes = processes(options);
  request.explain = options.has("explain");
  if (options.has("trace")) request.timeline = options.get<std::string>("trace");
  if (request.chips < 0) throw UsageError("--chips must not be negative");
  request.options.backend = backend(options);
  if (options.has("full")) request.options.folding = program::Folding::off;
  return request;
}

}  // namespace

int step_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard step SCENARIO [--job NAME] [--chips N] [options]\n"
      "Plays one training step of each job and shows where its time goes.",
      "trainyard step scenarios/three-sites.json --job fsd --chips 8192 --explain");
  add_options(options);
  if (!options.parse(arguments)) return 0;
  const auto steps = run_steps(request_of(options));
  fmt::print("{}", options.has("json") ? json_steps(steps) + "\n" : report::step_details(steps));
  return 0;
}

}  // namespace trainyard::cli
