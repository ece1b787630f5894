// How far the numbers of one side of a comparison may be off.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/dataset.hpp"

namespace trainyard::report {

// Rates of training may really be from `low` to `high` times what was simulated.
struct ModelError {
  std::set<std::string> families;  // of measured steps; "accelerator ..." where none were measured
  double low = 1;
  double high = 1;
  bool measured = true;
};

// Of each job of the variant, and of all together under "".
std::map<std::string, ModelError> model_errors(const Dataset& result, std::size_t variant);

// Over replicas of different seeds.
struct Spread {
  double mean = 0;
  double half = 0;  // of the confidence interval
};
// By quantity; empty where the result has no replicas.
std::map<std::string, Spread> spreads(const Dataset& result, std::size_t variant);

}  // namespace trainyard::report
