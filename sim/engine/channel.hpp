// Length-prefixed messages over a file descriptor, and processes to send them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trainyard::engine {

// False where the other end is gone.
bool write_message(int descriptor, std::string_view message);
// Nothing where the other end closed before a whole message came.
std::optional<std::string> read_message(int descriptor);

}  // namespace trainyard::engine
