// How fast each job of a scenario trains wherever it may run: what schedulers and allocation start
// from, without a fleet being played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/rate_table.hpp"
#include "scenario/scenario.hpp"

namespace trainyard {

struct RatesRequest {
  scenario::Request scenario;
  std::vector<std::string> platforms;  // folders of platform files
  std::optional<std::string> result;   // path of an HDF5 file with the matrix
  int processes = 1;                   // steps played at once
};

// A row for each job and each kind of node at each site where it may run, on its largest gang, or
// on all the chips that it may ever get there. Throws as run() does.
std::vector<measure::RateRow> rates(const RatesRequest& request);

}  // namespace trainyard
