// Puts a file in place as a whole: a finished name is a complete file, whatever happens meanwhile.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace trainyard::output {

// Writes to `PATH.part`, syncs, renames to `path`, syncs the directory. Throws WriteError with
// path, reason and remedy; then what stood at `path` still does and the part is gone. A link at
// `path` is followed. Readers of the old file keep what they have open.
void replace(const std::string& path, std::span<const std::byte> bytes);

// Throws the WriteError that `replace` would, as far as that can be told without writing: before
// hours of simulation, not after them.
void check_place(const std::string& path);

}  // namespace trainyard::output
