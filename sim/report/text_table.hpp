// A table for the terminal: columns as wide as their widest cell, texts left, numbers right.
#pragma once

#include <string>
#include <vector>

namespace trainyard::report {

class TextTable {
 public:
  // A header that starts with '>' is a column of numbers, aligned right (the mark is not printed).
  explicit TextTable(std::vector<std::string> headers);
  // One cell for each header.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Lines end with "\n"; no blanks at their ends.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> headers_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace trainyard::report
