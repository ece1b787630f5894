#include "document/cursor.hpp"

namespace trainyard::document {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool within(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool in_bare_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || within("+-.E", c);
}

}  // namespace

Cursor::Cursor(std::string_view text) : text_(text) {
  if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

void Cursor::step() {
  if (ended()) return;
  const auto byte = static_cast<unsigned char>(here());
  if (byte == '\n') {
    ++line_;
    column_ = 1;
  } else if ((byte & 0xC0) != 0x80) {
    ++column_;
  }
  ++at_;
}

void Cursor::advance_to(std::size_t offset) {
  while (!ended() && at_ < offset) step();
}

void Cursor::find_token() {
  while (!ended()) {
    if (here() == '/') {
      pass_comment();
    } else if (within(" \t\r\n,:]}", here())) {
      step();
    } else {
      return;
    }
  }
}

// A line comment ends at CR too, as it does for the parser.
void Cursor::pass_comment() {
  if (text_.substr(at_, 2) == "/*") {
    const std::size_t end = text_.find("*/", at_ + 2);
    advance_to(end == std::string_view::npos ? text_.size() : end + 2);
  } else {
    advance_to(text_.find_first_of("\r\n", at_));
  }
}

std::string_view Cursor::pass_token() {
  const std::size_t start = at_;
  if (ended()) return "";
  if (here() == '"') {
    pass_string();
  } else if (within("{[", here())) {
    step();
  } else {
    while (!ended() && in_bare_word(here())) step();
  }
  return text_.substr(start, at_ - start);
}

void Cursor::pass_string() {
  step();
  while (!ended() && here() != '"') {
    if (here() == '\\') step();
    step();
  }
  step();
}

}  // namespace trainyard::document
