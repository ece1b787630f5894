#include "scenario/trace_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace trainyard::scenario {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

TraceNumber number(std::string_view text) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double value = none;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value)) value = none;
  return {text, value};
}

// Lines without their ends, which may be CRLF; the last one may lack it.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // False at the end.
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    return true;
  }
  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

// Cuts a line into `fields`, as many as there is room for; returns how many there are.
std::size_t split_at_commas(std::string_view line, std::vector<std::string_view>& fields) {
  std::size_t count = 0;
  for (std::size_t from = 0;;) {
    const std::size_t comma = std::min(line.find(',', from), line.size());
    if (count < fields.size()) fields[count] = trimmed(line.substr(from, comma - from));
    ++count;
    if (comma == line.size()) return count;
    from = comma + 1;
  }
}

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
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  if (line.find('"') != std::string_view::npos) {
    return stop("a quote stands in the header", "write the file without quotes");
  }
  header_.resize(static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1);
  split_at_commas(line, header_);
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
    row.submit = number(fields_[submit_]);
    row.duration = number(fields_[duration_]);
    row.size = number(fields_[gpus_]);
    if (owner_ != nowhere) row.owner = fields_[owner_];
  }
  trace_.rows.push_back(row);
  return true;
}

Trace CsvReader::read() {
  if (!read_header()) return std::move(trace_);
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
      row.submit = number(fields[1]);
      row.duration = number(fields[3]);
      row.size = number(fields[7] == "-1" ? fields[4] : fields[7]);  // what it asked for
      const double requested = number(fields[8]).value;
      row.requested = requested > 0 ? requested : 0;
      row.owner = fields[11] == "-1" ? std::string_view() : fields[11];
    }
    trace.rows.push_back(row);
  }
  return trace;
}

}  // namespace trainyard::scenario
