// Tables of a fleet's summary that not every fleet has: each is empty where there is nothing to
// tell.
#pragma once

#include <string>

#include "report/view.hpp"

namespace trainyard::report {

// Where the hours of the chips went, by site.
std::string waterfall(const View& view, std::size_t variant);

// How often jobs were interrupted and what was left of their time; where things break.
std::string reliability(const View& view, std::size_t variant);

// Waiting and completion of the jobs of each workload.
std::string workloads(const View& view, std::size_t variant);

}  // namespace trainyard::report
