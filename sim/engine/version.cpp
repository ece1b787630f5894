#include "engine/version.hpp"

#include <fmt/format.h>

#include "engine/simgrid.hpp"

namespace trainyard::engine {

std::string simgrid_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  return patch > 0 ? fmt::format("{}.{}.{}", major, minor, patch)
                   : fmt::format("{}.{}", major, minor);
}

}  // namespace trainyard::engine
