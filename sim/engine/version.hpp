// Which SimGrid plays our programs, for `--version` and a result's provenance.
#pragma once

#include <string>

namespace trainyard::engine {

std::string simgrid_version();

}  // namespace trainyard::engine
