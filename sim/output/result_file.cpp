#include "output/result_file.hpp"

#include <hdf5.h>

#include "base/error.hpp"
#include "output/handle.hpp"
#include "output/image.hpp"
#include "output/replace.hpp"

namespace trainyard::output {

void write(const std::string& path, const Dataset& dataset) {
  try {
    replace(path, image(dataset));
  } catch (const Hdf5Error& error) {
    throw WriteError(path + ": cannot write the result (HDF5 failed to " + error.what() +
                     "); free some memory or write fewer variables");
  }
}

void check_writable(const std::string& path) {
  check_place(path);
}

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  check(H5get_libversion(&major, &minor, &release), "tell its version");
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(release);
}

}  // namespace trainyard::output
