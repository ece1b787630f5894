// Walks a JSON text beside the parser and counts lines and columns. The parser tells which tokens
// there are but not where they begin; since they come in order of the text, a second walk finds
// them.
#pragma once

#include <cstddef>
#include <string_view>

namespace trainyard::document {

// Columns count characters (code points), as editors do. A byte order mark counts as nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text);

  // To the next key, scalar or opening bracket, over blanks, comments and , : ] }.
  void find_token();
  // Over the token that begins here; returns it as written (one bracket for an object or array).
  std::string_view pass_token();
  void advance_to(std::size_t offset);

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] int column() const { return column_; }

 private:
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return text_[at_]; }
  void step();
  void pass_comment();
  void pass_string();

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace trainyard::document
