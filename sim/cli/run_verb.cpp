#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "cli/json_summary.hpp"
#include "cli/options.hpp"
#include "report/summary.hpp"
#include "simulate.hpp"

namespace trainyard::cli {
namespace {

namespace po = boost::program_options;

double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  }
  return sum;
}

std::string default_result(const std::string& scenario) {
  return std::filesystem::path(scenario).stem().string() + ".h5";
}

// One line of a terminal, written over and over.
void show_progress(const std::string& doing) {
  fmt::print(stderr, "\r\033[K{} ...", doing);
}
void clear_progress() {
  fmt::print(stderr, "\r\033[K");
}

}  // namespace

int run_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard run SCENARIO [-o RESULT.h5] [options]\n"
      "Plays a scenario, with all its variants, into one HDF5 file.",
      "trainyard run scenarios/three-sites.json -o three-sites.h5 "
      "--set '/sites/austin/power/house/from=+60 d'");
  options.add_scenario();
  options.add()("output,o", po::value<std::string>()->value_name("FILE"),
                "result file; default: the scenario's name with .h5, in this folder");
  options.add()("processes", po::value<int>()->value_name("N"),
                "steps and replicas played at once; default: the processors available");
  options.add()("replicas", po::value<int>()->value_name("N"),
                "play it N times with seeds of their own; the result has means and intervals");
  options.add()("schedule", po::value<std::string>()->value_name("FILE"),
                "write when every job ran, and where, as CSV");
  options.add()("json", "print the summary as JSON");
  options.add()("quiet,q", "print nothing but errors");
  if (!options.parse(arguments)) return 0;

  RunRequest request{.scenario = options.scenario(), .platforms = options.platforms()};
  request.result = options.has("output") ? options.get<std::string>("output")
                                         : default_result(request.scenario.path);
  request.processes = processes(options);
  if (options.has("replicas")) {
    request.replicas = options.get<int>("replicas");
    if (request.replicas < 1 || request.replicas > 100000) {
      throw UsageError("--replicas: a number from 1 to 100000 is needed");
    }
  }
  if (options.has("schedule")) request.schedule = options.get<std::string>("schedule");
  const bool progress = !options.has("quiet") && isatty(STDERR_FILENO) != 0;
  if (progress) request.tell = show_progress;
  const RunResult result = run(request);
  if (progress) clear_progress();
  if (options.has("json")) {
    fmt::print("{}\n", json_summary(result, request.result, cpu_seconds()));
  } else if (!options.has("quiet")) {
    fmt::print("{}\n\n{}\nResult: {}\n", result.title,
               result.steps.empty() ? report::fleet_summary(result.dataset, result.baseline)
                                    : report::step_summary(result.steps),
               request.result);
    fmt::print(stderr, "{:.2f} s of processor time\n", cpu_seconds());
  }
  return 0;
}

}  // namespace trainyard::cli
