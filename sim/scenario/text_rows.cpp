#include "scenario/text_rows.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>

namespace trainyard::scenario {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::optional<std::string> file_content(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text(std::filesystem::file_size(path, error), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file) return std::nullopt;
  return text;
}

RowNumber row_number(std::string_view text) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double value = none;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value)) value = none;
  return {text, value};
}

std::size_t Lines::most() const {
  return static_cast<std::size_t>(std::count(rest_.begin(), rest_.end(), '\n')) + 1;
}

bool Lines::next(std::string_view& line) {
  if (rest_.empty()) return false;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  line = rest_.substr(0, end);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  ++number_;
  return true;
}

std::vector<std::string_view> header_of(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  std::vector<std::string_view> names(
      static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1);
  split_at_commas(line, names);
  return names;
}

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

}  // namespace trainyard::scenario
