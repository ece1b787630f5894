#include "document/utf8.hpp"

#include <algorithm>

namespace trainyard::document {
namespace {

constexpr bool continues(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

// Bytes that the first one announces; 0 where no character begins with it.
std::size_t announced(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// Longer forms than needed, surrogates and numbers above U+10FFFF show in the second byte.
bool second_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

// Length of the character at `at`; 0 where it is ill-formed.
std::size_t character_length(std::string_view text, std::size_t at) {
  const unsigned char first = byte_at(text, at);
  const std::size_t length = announced(first);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(byte_at(text, at + i))) return 0;
  }
  return length < 2 || second_fits(first, byte_at(text, at + 1)) ? length : 0;
}

}  // namespace

std::size_t well_formed_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_length(text, at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return !continues(static_cast<unsigned char>(byte)); }));
}

}  // namespace trainyard::document
