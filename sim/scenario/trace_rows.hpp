// Rows of a trace as they stand in its file: CSV with a header, or the Standard Workload Format
// (Chapin et al. 1999; parallelworkloads archive, version 2.2). Texts are views into the file's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/text_rows.hpp"

namespace trainyard::scenario {

// Times in seconds.
struct TraceRow {
  std::int64_t line = 0;    // from 1
  std::int64_t number = 0;  // of the row, from 0
  std::string_view job;     // "" where rows have no names
  std::string_view owner;   // "" where nobody is named
  RowNumber submit;
  RowNumber duration;    // SWF: -1 of a job that never ran, or nobody knows how long
  RowNumber size;        // accelerators
  double requested = 0;  // what was asked for beforehand; 0: nothing
  std::int64_t fields = 0;
};

struct Trace {
  std::vector<TraceRow> rows;  // those with too few fields hold nothing but their place
  std::int64_t fields = 0;     // that a row has, at least
  // What makes the file unreadable, and on which line; "" where nothing does.
  std::string problem;
  std::string remedy;
  std::int64_t line = 0;
};

struct TraceColumns {
  std::string submit = "submit_s";
  std::string duration = "duration_s";
  std::string gpus = "gpus";
  std::string owner = "owner";
  enum class Owner : std::uint8_t { if_there, required } owner_column = Owner::if_there;
};

Trace csv_rows(std::string_view text, const TraceColumns& columns);

// Fields 1 job, 2 submit, 4 run time, 8 requested processors (5 allocated ones where 8 is -1), 9
// requested time, 12 user.
Trace swf_rows(std::string_view text);

}  // namespace trainyard::scenario
