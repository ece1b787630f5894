// A dataset as the bytes of an HDF5 file, made in memory. Result files are small beside the run
// that made them, and what is whole in memory can be put on disk with plain system calls: their
// errors are exact, where HDF5 hides a full disk until the file is closed.
#pragma once

#include <cstddef>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::output {

// Same dataset, same bytes. Throws Hdf5Error (memory ran out).
std::vector<std::byte> image(const Dataset& dataset);

}  // namespace trainyard::output
