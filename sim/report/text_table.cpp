#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::report {
namespace {

// Columns on the screen: characters, not bytes (UTF-8 continuation bytes do not count).
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

TextTable::TextTable(std::vector<std::string> headers) {
  for (std::string& header : headers) {
    right_.push_back(header.starts_with('>'));
    headers_.push_back(right_.back() ? header.substr(1) : header);
  }
}

void TextTable::add(std::vector<std::string> cells) {
  EXPECT(cells.size() == headers_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const std::string& header : headers_) widths.push_back(width(header));
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string one;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string blanks(widths[c] - width(cells[c]), ' ');
      if (c > 0) one += "  ";
      one += right_[c] ? blanks + cells[c] : cells[c] + blanks;
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + '\n';
  };
  line(headers_);
  for (const auto& row : rows_) line(row);
  return text;
}

}  // namespace trainyard::report
