#include "output/scales.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include "output/layout.hpp"

namespace trainyard::output {
namespace {

// netCDF's own layout for a dimension without coordinates: a float dataset that is never written,
// so that it takes no room, and whose scale name starts with a fixed sentence.
Handle make_bare_scale(hid_t file, const Axis& axis) {
  const hsize_t size = axis.size;
  const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "describe an axis");
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "describe an axis");
  check(H5Pset_obj_track_times(creation.id(), false), "leave out times");
  check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
        "track the order of attributes");
  Handle dataset(H5Dcreate2(file, axis.name.c_str(), H5T_IEEE_F32BE, space.id(), H5P_DEFAULT,
                            creation.id(), H5P_DEFAULT),
                 H5Dclose, "create an axis");
  const std::string name =
      fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", axis.size);
  check(H5DSset_scale(dataset.id(), name.c_str()), "make a dimension scale");
  return dataset;
}

}  // namespace

void make_scales(hid_t file, const Dataset& dataset, OpenDatasets& open) {
  for (const Axis& axis : dataset.axes) {
    if (coordinates(dataset, axis) == nullptr) {
      open.emplace(axis.name, make_bare_scale(file, axis));
    } else {
      check(H5DSset_scale(open.at(axis.name).id(), axis.name.c_str()), "make a dimension scale");
    }
  }
}

void attach_scales(const Dataset& dataset, const OpenDatasets& open) {
  for (const Variable& variable : dataset.variables) {
    for (unsigned i = 0; i < variable.dimensions.size(); ++i) {
      const std::string& axis = variable.dimensions[i];
      if (axis == variable.name) continue;  // a scale has no scales
      check(H5DSattach_scale(open.at(variable.name).id(), open.at(axis).id(), i),
            "attach a dimension scale");
    }
  }
}

}  // namespace trainyard::output
