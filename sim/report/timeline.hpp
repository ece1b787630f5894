// What happened in a step as a file for ui.perfetto.dev and chrome://tracing. Format: "Trace Event
// Format", docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "step/report.hpp"

namespace trainyard::report {

// One process for each rank, named by its stage; one thread for each stream, and as many more as
// it takes to show side by side what overlaps. Times in microseconds, to the nanosecond.
std::string timeline(const std::vector<step::TraceEvent>& trace, std::string_view title);

}  // namespace trainyard::report
