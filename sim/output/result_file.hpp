// Writes a dataset as an HDF5 file that xarray, h5py, MATLAB and Julia open: the last step of every
// run. One HDF5 dataset per variable, dimension scales for the axes, CF attributes, provenance at
// the root. The same dataset always gives the same bytes.
#pragma once

#include <string>

#include "base/dataset.hpp"

namespace trainyard::output {

// Replaces `path` by the complete file, or leaves what stood there untouched and throws WriteError
// (path, reason, remedy): no such directory, no permission, not a regular file, disk full.
// `dataset` must be consistent in itself (`sound` in layout.hpp). The whole file is held in memory
// for a moment, on top of the dataset. Processes may write the same path at once: the last one
// wins.
void write(const std::string& path, const Dataset& dataset);

// Throws the WriteError that `write` would, as far as that can be told before there is anything to
// write.
void check_writable(const std::string& path);

// Version of the HDF5 library in use, like "1.10.8".
std::string hdf5_version();

}  // namespace trainyard::output
