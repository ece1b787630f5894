// Where the program's own files are, seen from where it stands: an installed prefix or a build
// tree.
#pragma once

#include <string>

namespace trainyard::cli {

// $TRAINYARD_PLATFORMS, else ../share/trainyard/platforms of an installed program, else the
// checkout's platforms/ of a program in its build folder. Throws FileError where there is none.
std::string platform_folder();

}  // namespace trainyard::cli
