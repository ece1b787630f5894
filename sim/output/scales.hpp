// Dimension scales: how an HDF5 file says which axis an array runs along. Works on the datasets of
// an open file; follows the HDF5 Dimension Scale Specification and, for axes without coordinates,
// the conventions of netCDF-4. Private to `output`.
#pragma once

#include <map>
#include <string>

#include "base/dataset.hpp"
#include "output/handle.hpp"

namespace trainyard::output {

// Open HDF5 datasets by name.
using OpenDatasets = std::map<std::string, Handle>;

// Makes the scale of every axis: its coordinate variable, or a dataset of its own that netCDF
// readers take for a bare dimension. Needs the coordinate variables in `open`, adds the others.
void make_scales(hid_t file, const Dataset& dataset, OpenDatasets& open);

// Attaches to every variable, except coordinates, the scales of its axes.
void attach_scales(const Dataset& dataset, const OpenDatasets& open);

}  // namespace trainyard::output
