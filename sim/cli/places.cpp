#include "cli/places.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"

namespace trainyard::cli {

namespace fs = std::filesystem;

std::string platform_folder() {
  if (const char* given = std::getenv("TRAINYARD_PLATFORMS"); given != nullptr && *given != '\0') {
    return given;
  }
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  const fs::path here = program.parent_path();
  for (const fs::path& place : {here / "../share/trainyard/platforms", here / "../../platforms"}) {
    if (fs::is_directory(place / "accelerators")) return place.lexically_normal().string();
  }
  throw FileError("the platform files are not beside the program (" + here.string() +
                  "); install them with it, or set TRAINYARD_PLATFORMS to their folder");
}

}  // namespace trainyard::cli
