// Tables in text files beside a scenario: their content, lines, fields and numbers. Texts are views
// into the content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard::scenario {

// None where there is no such file, or it cannot be read.
std::optional<std::string> file_content(const std::filesystem::path& path);

inline constexpr std::string_view blanks = " \t";

// A number of a row: its text, and its value where it is one.
struct RowNumber {
  std::string_view text;
  double value = 0;  // NaN where the text is no finite number
};
RowNumber row_number(std::string_view text);

// Lines without their ends, which may be CRLF; the last one may lack it.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::size_t most() const;
  // False at the end.
  bool next(std::string_view& line);
  [[nodiscard]] std::int64_t number() const { return number_; }  // of the last line, from 1

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

// Names of columns, without a byte order mark before the first.
std::vector<std::string_view> header_of(std::string_view line);

// Cuts a line into `fields`, as many as there is room for; returns how many there are.
std::size_t split_at_commas(std::string_view line, std::vector<std::string_view>& fields);

}  // namespace trainyard::scenario
