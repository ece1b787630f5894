#include "scenario/trace_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

namespace trainyard::scenario {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, const TraceColumns& columns) : lines_(text), names_(columns) {}

  Trace read();

 private:
  static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] bool stop(std::string problem, std::string remedy);
  bool read_header();
  std::size_t column(const std::string& name) const;
  bool read_row(std::string_view line);

  Lines lines_;
  const TraceColumns& names_;
  std::vector<std::string_view> header_;
  std::vector<std::string_view> fields_;
  std::size_t submit_ = nowhere;
  std::size_t duration_ = nowhere;
  std::size_t gpus_ = nowhere;
  std::size_t owner_ = nowhere;
  Trace trace_;
};

bool CsvReader::stop(std::string problem, std::string remedy) {
  trace_.problem = std::move(problem);
  trace_.remedy = std::move(remedy);
  trace_.line = lines_.number();
  return false;
}

std::size_t CsvReader::column(const std::string& name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  return found == header_.end() ? nowhere : static_cast<std::size_t>(found - header_.begin());
}

bool CsvReader::read_header() {
  std::string_view line;
  if (!lines_.next(line)) return stop("the file is empty", "name another one");
  if (line.find('"') != std::string_view::npos) {
    return stop("a quote stands in the header", "write the file without quotes");
  }
  header_ = header_of(line);
  submit_ = column(names_.submit);
  duration_ = column(names_.duration);
  gpus_ = column(names_.gpus);
  owner_ = column(names_.owner);
  std::vector<std::string> missing;
  if (submit_ == nowhere) missing.push_back(names_.submit);
  if (duration_ == nowhere) missing.push_back(names_.duration);
  if (gpus_ == nowhere) missing.push_back(names_.gpus);
  if (owner_ == nowhere && names_.owner_column == TraceColumns::Owner::required) {
    missing.push_back(names_.owner);
  }
  fields_.resize(header_.size());
  trace_.fields = static_cast<std::int64_t>(header_.size());
  if (missing.empty()) return true;
  return stop(
      fmt::format("the header has no {}", fmt::join(missing, ", no ")),
      fmt::format("it has {}: say under \"columns\" which is which", fmt::join(header_, ", ")));
}

bool CsvReader::read_row(std::string_view line) {
  if (line.find('"') != std::string_view::npos) {
    return stop("a quote stands in a row", "write the file without quotes");
  }
  TraceRow row{.line = lines_.number(), .number = static_cast<std::int64_t>(trace_.rows.size())};
  const std::size_t fields = split_at_commas(line, fields_);
  row.fields = static_cast<std::int64_t>(fields);
  if (fields >= fields_.size()) {
    row.submit = row_number(fields_[submit_]);
    row.duration = row_number(fields_[duration_]);
    row.size = row_number(fields_[gpus_]);
    if (owner_ != nowhere) row.owner = fields_[owner_];
  }
  trace_.rows.push_back(row);
  return true;
}

Trace CsvReader::read() {
  if (!read_header()) return std::move(trace_);
  trace_.rows.reserve(lines_.most());
  std::string_view line;
  while (lines_.next(line)) {
    if (!line.empty() && !read_row(line)) break;
  }
  return std::move(trace_);
}

}  // namespace

Trace csv_rows(std::string_view text, const TraceColumns& columns) {
  return CsvReader(text, columns).read();
}

Trace swf_rows(std::string_view text) {
  // Of 18; the last six say nothing of interest here, and some writers leave them out.
  constexpr std::size_t needed = 12;
  Trace trace{.fields = needed};
  std::array<std::string_view, needed> fields;
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    std::size_t count = 0;
    std::size_t at = line.find_first_not_of(blanks);
    if (at == std::string_view::npos || line[at] == ';') continue;
    while (count < needed && at != std::string_view::npos) {
      const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
      fields[count++] = line.substr(at, end - at);
      at = line.find_first_not_of(blanks, end);
    }
    TraceRow row{.line = lines.number(),
                 .number = static_cast<std::int64_t>(trace.rows.size()),
                 .job = fields[0],
                 .fields = static_cast<std::int64_t>(count)};
    if (count == needed) {
      row.submit = row_number(fields[1]);
      row.duration = row_number(fields[3]);
      row.size = row_number(fields[7] == "-1" ? fields[4] : fields[7]);  // what it asked for
      const double requested = row_number(fields[8]).value;
      row.requested = requested > 0 ? requested : 0;
      row.owner = fields[11] == "-1" ? std::string_view() : fields[11];
    }
    trace.rows.push_back(row);
  }
  return trace;
}

}  // namespace trainyard::scenario
