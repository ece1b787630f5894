#include "scenario/layer_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

namespace trainyard::scenario {
namespace {

struct NumberColumn {
  std::string_view name;
  RowNumber LayerRow::*number;
};
struct TextColumn {
  std::string_view name;
  std::string_view LayerRow::*text;
  bool LayerTable::*there;
};

constexpr std::array required{
    NumberColumn{"mbs", &LayerRow::micro_batch}, NumberColumn{"tp", &LayerRow::tensor},
    NumberColumn{"layer", &LayerRow::layer},     NumberColumn{"fwd_s", &LayerRow::forward},
    NumberColumn{"bwd_s", &LayerRow::backward},
};
constexpr NumberColumn update{"update_s", &LayerRow::update};
constexpr std::array optional{
    TextColumn{"model", &LayerRow::model, &LayerTable::has_model},
    TextColumn{"gpu_type", &LayerRow::accelerator, &LayerTable::has_accelerator},
};

class LayerReader {
 public:
  explicit LayerReader(std::string_view text) : lines_(text) {}

  LayerTable read();

 private:
  bool next(std::string_view& line);
  bool stop(std::string problem, std::string remedy);
  bool read_header();
  [[nodiscard]] const std::string_view* field(std::string_view column) const;
  void read_row(std::string_view line);

  Lines lines_;
  std::vector<std::string_view> header_;
  std::vector<std::string_view> fields_;
  LayerTable table_;
};

bool LayerReader::stop(std::string problem, std::string remedy) {
  table_.problem = std::move(problem);
  table_.remedy = std::move(remedy);
  table_.line = lines_.number();
  return false;
}

// The next line that says something.
bool LayerReader::next(std::string_view& line) {
  while (lines_.next(line)) {
    if (line.find_first_not_of(blanks) != std::string_view::npos && !line.starts_with('#')) {
      return true;
    }
  }
  return false;
}

// Of the current row; nullptr where there is no such column.
const std::string_view* LayerReader::field(std::string_view column) const {
  const auto found = std::find(header_.begin(), header_.end(), column);
  if (found == header_.end()) return nullptr;
  return &fields_[static_cast<std::size_t>(found - header_.begin())];
}

bool LayerReader::read_header() {
  std::string_view line;
  if (!next(line)) return stop("the file is empty", "name another one");
  header_ = header_of(line);
  fields_.resize(header_.size());
  table_.fields = static_cast<std::int64_t>(header_.size());
  table_.has_update = field(update.name) != nullptr;
  for (const TextColumn& column : optional) {
    table_.*column.there = field(column.name) != nullptr;
  }
  std::vector<std::string_view> missing;
  for (const NumberColumn& column : required) {
    if (field(column.name) == nullptr) missing.push_back(column.name);
  }
  if (missing.empty()) return true;
  return stop(fmt::format("the header has no {}", fmt::join(missing, ", no ")),
              fmt::format("it has {}: name the columns as docs/scenario.md does",
                          fmt::join(header_, ", ")));
}

void LayerReader::read_row(std::string_view line) {
  LayerRow row{.line = lines_.number()};
  const std::size_t fields = split_at_commas(line, fields_);
  row.fields = static_cast<std::int64_t>(fields);
  row.update.value = std::numeric_limits<double>::quiet_NaN();
  if (fields >= fields_.size()) {
    for (const NumberColumn& column : required)
      row.*column.number = row_number(*field(column.name));
    if (table_.has_update) row.update = row_number(*field(update.name));
    for (const TextColumn& column : optional) {
      if (table_.*column.there) row.*column.text = *field(column.name);
    }
  }
  table_.rows.push_back(row);
}

LayerTable LayerReader::read() {
  if (!read_header()) return std::move(table_);
  table_.rows.reserve(lines_.most());
  std::string_view line;
  while (next(line)) read_row(line);
  if (table_.rows.empty()) stop("the file has no rows", "name another one");
  return std::move(table_);
}

}  // namespace

LayerTable layer_rows(std::string_view text) {
  return LayerReader(text).read();
}

}  // namespace trainyard::scenario
