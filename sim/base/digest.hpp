// SHA-256 of a text, as 64 hexadecimal digits: what scenarios and step questions are known by.
#pragma once

#include <string>
#include <string_view>

namespace trainyard {

std::string sha256(std::string_view text);

}  // namespace trainyard
