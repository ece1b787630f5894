// Reads a result file back into a dataset: what `write` wrote, to be compared.
#pragma once

#include <string>

#include "base/dataset.hpp"

namespace trainyard::output {

// All axes, variables and attributes. Variables come in the order of the file; so do axes with
// coordinates, the others after them. Throws FileError (path, reason, remedy): not there, not
// readable, no HDF5, no result of this program, damaged.
Dataset read_file(const std::string& path);

}  // namespace trainyard::output
