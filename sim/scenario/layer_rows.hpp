// Rows of a file of measured layer times, as they stand in it: CSV with a header line, in which
// lines that begin with # are remarks. Texts are views into the file's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/text_rows.hpp"

namespace trainyard::scenario {

// Times in seconds.
struct LayerRow {
  std::int64_t line = 0;         // from 1
  std::string_view model;        // "" without such a column
  std::string_view accelerator;  // the same
  RowNumber micro_batch;
  RowNumber tensor;
  RowNumber layer;  // 0 is the entry, the last one the exit
  RowNumber forward;
  RowNumber backward;
  RowNumber update;  // NaN without such a column
  std::int64_t fields = 0;
};

struct LayerTable {
  std::vector<LayerRow> rows;  // those with too few fields hold nothing but their place
  std::int64_t fields = 0;     // that a row has, at least
  bool has_model = false;
  bool has_accelerator = false;
  bool has_update = false;
  // What makes the file unreadable, and on which line; "" where nothing does.
  std::string problem;
  std::string remedy;
  std::int64_t line = 0;
};

// Columns mbs, tp, layer, fwd_s and bwd_s; model, gpu_type and update_s where they are there.
LayerTable layer_rows(std::string_view text);

}  // namespace trainyard::scenario
