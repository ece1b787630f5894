#include "engine/version.hpp"

#include <catch2/catch.hpp>

namespace trainyard::engine {

TEST_CASE("SimGrid's version is 3.32 or later", "[engine]") {
  const std::string version = simgrid_version();
  CAPTURE(version);
  const std::size_t point = version.find('.');
  REQUIRE(point != std::string::npos);
  const int major = std::stoi(version.substr(0, point));
  const int minor = std::stoi(version.substr(point + 1));
  CHECK((major > 3 || (major == 3 && minor >= 32)));
}

}  // namespace trainyard::engine
