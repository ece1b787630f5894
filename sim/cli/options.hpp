// Options that verbs share, and their help.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/verbs.hpp"
#include "scenario/scenario.hpp"

namespace trainyard::cli {

// A verb's options, its usage line and an example for --help.
class Options {
 public:
  Options(std::string usage, std::string example);

  // What most verbs take: SCENARIO, --set, --seed, --platforms.
  void add_scenario();
  // LIST, a file of what to price, and --platforms.
  void add_list();
  // RESULT, and perhaps another.
  void add_results();
  boost::program_options::options_description_easy_init add();

  // Parses; false where --help was asked for and printed. Throws UsageError.
  bool parse(const Arguments& arguments);

  [[nodiscard]] bool has(const std::string& name) const { return values_.count(name) > 0; }
  template <class T>
  [[nodiscard]] T get(const std::string& name) const {
    return values_[name].as<T>();
  }
  [[nodiscard]] std::string file() const;  // the one that the verb takes
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] scenario::Request scenario() const;
  [[nodiscard]] std::vector<std::string> platforms() const;

 private:
  void add_platforms();

  std::string usage_;
  std::string example_;
  boost::program_options::options_description options_;
  boost::program_options::variables_map values_;
  std::string takes_;  // what kind of file; "" for none
  std::size_t most_files_ = 1;
};

// --processes, or as many as the processors this process may use.
int processes(const Options& options);

}  // namespace trainyard::cli
