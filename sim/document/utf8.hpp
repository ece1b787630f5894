// UTF-8 as bytes: whether a text is well formed and how many characters it has. Texts enter through
// files and the command line, and everything behind them may rely on it.
#pragma once

#include <cstddef>
#include <string_view>

namespace trainyard::document {

// How many leading bytes are well-formed UTF-8 (RFC 3629): all of them in a good text.
std::size_t well_formed_bytes(std::string_view text);

// Code points of a well-formed text.
std::size_t characters(std::string_view text);

}  // namespace trainyard::document
