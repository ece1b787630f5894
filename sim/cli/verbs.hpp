// The verbs: each reads its own options and does its work. Boost.Program_options is seen in this
// folder alone.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard::cli {

using Arguments = std::vector<std::string>;

struct Verb {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
};

std::span<const Verb> verbs();

int run_verb(const Arguments& arguments);
int check_verb(const Arguments& arguments);
int step_verb(const Arguments& arguments);
int rates_verb(const Arguments& arguments);
int compare_verb(const Arguments& arguments);
int kernels_verb(const Arguments& arguments);
int list_verb(const Arguments& arguments);
int schema_verb(const Arguments& arguments);

}  // namespace trainyard::cli
