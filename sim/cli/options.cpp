#include "cli/options.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <sched.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "cli/places.hpp"

namespace trainyard::cli {

namespace po = boost::program_options;

Options::Options(std::string usage, std::string example)
    : usage_(std::move(usage)), example_(std::move(example)), options_("Options", 80) {
  options_.add_options()("help,h", "print this");
}

po::options_description_easy_init Options::add() {
  return options_.add_options();
}

void Options::add_scenario() {
  takes_ = "scenario";
  add()("set", po::value<std::vector<std::string>>()->value_name("POINTER=VALUE"),
        "change a value of the scenario or of a platform file, e.g. "
        "/sites/austin/power/house/limit=+20 MW; may be repeated");
  add()("seed", po::value<std::int64_t>()->value_name("N"),
        "kept with the result; of the jitter of chips, where a plan has any");
  add_platforms();
}

void Options::add_list() {
  takes_ = "list";
  add_platforms();
}

void Options::add_results() {
  takes_ = "result";
  most_files_ = 2;
}

void Options::add_platforms() {
  add()("platforms", po::value<std::vector<std::string>>()->value_name("DIR"),
        "folder of platform files, searched before the built-in one; may be repeated");
}

std::string Options::file() const {
  return files().front();
}

std::vector<std::string> Options::files() const {
  return get<std::vector<std::string>>(takes_);
}

bool Options::parse(const Arguments& arguments) {
  po::options_description all;
  all.add(options_);
  po::positional_options_description positional;
  if (!takes_.empty()) {
    all.add_options()(takes_.c_str(), po::value<std::vector<std::string>>());
    positional.add(takes_.c_str(), -1);
  }
  try {
    po::store(
        po::command_line_parser(arguments)
            .options(all)
            .positional(positional)
            .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
            .run(),
        values_);
    if (!has("help")) po::notify(values_);  // else what is required may be missing
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}\n{}", error.what(), usage_));
  }
  if (has("help")) {
    fmt::print("{}\n\n{}\nExample:\n  {}\n", usage_, fmt::to_string(fmt::streamed(options_)),
               example_);
    return false;
  }
  if (!takes_.empty() && (!has(takes_) || files().size() > most_files_)) {
    throw UsageError(fmt::format("give {} {} file{}\n{}", most_files_ == 1 ? "one" : "one or two",
                                 takes_, most_files_ == 1 ? "" : "s", usage_));
  }
  return true;
}

scenario::Request Options::scenario() const {
  scenario::Request request{.path = file()};
  if (has("set")) request.overrides = get<std::vector<std::string>>("set");
  if (has("seed")) {
    if (get<std::int64_t>("seed") < 0) throw UsageError("--seed must not be negative");
    request.seed = get<std::int64_t>("seed");
  }
  return request;
}

std::vector<std::string> Options::platforms() const {
  std::vector<std::string> folders;
  if (has("platforms")) folders = get<std::vector<std::string>>("platforms");
  folders.push_back(platform_folder());
  return folders;
}

int processes(const Options& options) {
  if (options.has("processes")) {
    const int asked = options.get<int>("processes");
    if (asked < 1) throw UsageError("--processes must be at least 1");
    return asked;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace trainyard::cli
