#include "output/image.hpp"

#include <limits>
#include <span>
#include <type_traits>

#include "base/check.hpp"
#include "output/handle.hpp"
#include "output/layout.hpp"
#include "output/scales.hpp"

namespace trainyard::output {
namespace {

constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
constexpr unsigned deflate_level = 1;  // higher levels cost time and win a few per cent
constexpr std::size_t memory_step = std::size_t{1} << 20;

// A file of the core driver lives in memory and never touches the disk; its name is only a label.
Handle create_file() {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "choose file access");
  check(H5Pset_fapl_core(access.id(), memory_step, false), "choose a file in memory");
  check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V110),
        "choose the format version");
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "describe the file");
  check(H5Pset_obj_track_times(creation.id(), false), "leave out times");
  check(H5Pset_link_creation_order(creation.id(), ordered), "track the order of datasets");
  check(H5Pset_attr_creation_order(creation.id(), ordered), "track the order of attributes");
  return {H5Fcreate("result", H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
          "create a file in memory"};
}

// How values of one C++ type stand in the file and in memory.
struct Types {
  Handle file;
  Handle memory;
};

Handle copy_type(hid_t type) {
  return {H5Tcopy(type), H5Tclose, "copy a type"};
}

// Variable length, since h5py and xarray read fixed-length text attributes as bytes.
Handle text_type() {
  Handle type = copy_type(H5T_C_S1);
  check(H5Tset_size(type.id(), H5T_VARIABLE), "make the text type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make the text type");
  return type;
}

template <class T>
Types types_of();
template <>
Types types_of<double>() {
  return {copy_type(H5T_IEEE_F64LE), copy_type(H5T_NATIVE_DOUBLE)};
}
template <>
Types types_of<std::int64_t>() {
  return {copy_type(H5T_STD_I64LE), copy_type(H5T_NATIVE_INT64)};
}
template <>
Types types_of<std::string>() {
  return {text_type(), text_type()};
}

// What HDF5 reads values from: numbers as they are, text as pointers.
template <class T>
std::span<const T> buffer(const std::vector<T>& values) {
  return values;
}
std::vector<const char*> buffer(const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  pointers.reserve(values.size());
  for (const std::string& text : values) pointers.push_back(text.c_str());
  return pointers;
}

template <class T>
void write_attribute(hid_t object, const std::string& name, const T& value) {
  const std::vector<T> values{value};
  const Types types = types_of<T>();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "describe an attribute");
  const Handle attribute(
      H5Acreate2(object, name.c_str(), types.file.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose, "create an attribute");
  check(H5Awrite(attribute.id(), types.memory.id(), buffer(values).data()), "write an attribute");
}

// Text stays uncompressed: its chunks would hold references into the file's heap, not the text.
template <class T>
Handle creation_list(const Shape& shape) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "describe a dataset");
  check(H5Pset_obj_track_times(list.id(), false), "leave out times");
  check(H5Pset_attr_creation_order(list.id(), ordered), "track the order of attributes");
  if constexpr (std::is_same_v<T, double>) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    check(H5Pset_fill_value(list.id(), H5T_NATIVE_DOUBLE, &missing), "set the fill value");
  }
  if (!std::is_same_v<T, std::string> && !shape.empty() && count(shape) > 0) {
    const Shape limits = chunk_shape(shape);
    const std::vector<hsize_t> chunk(limits.begin(), limits.end());
    check(H5Pset_chunk(list.id(), static_cast<int>(chunk.size()), chunk.data()), "set chunks");
    check(H5Pset_shuffle(list.id()), "set the shuffle filter");
    check(H5Pset_deflate(list.id(), deflate_level), "set compression");
  }
  return list;
}

Handle make_space(const Shape& shape) {
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  return shape.empty()
             ? Handle(H5Screate(H5S_SCALAR), H5Sclose, "describe a scalar")
             : Handle(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
                      H5Sclose, "describe an array");
}

template <class T>
Handle write_values(hid_t file, const std::string& name, const Shape& shape,
                    const std::vector<T>& values) {
  const Types types = types_of<T>();
  const Handle space = make_space(shape);
  const Handle creation = creation_list<T>(shape);
  Handle dataset(H5Dcreate2(file, name.c_str(), types.file.id(), space.id(), H5P_DEFAULT,
                            creation.id(), H5P_DEFAULT),
                 H5Dclose, "create a dataset");
  if (!values.empty()) {
    check(H5Dwrite(dataset.id(), types.memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   buffer(values).data()),
          "write a dataset");
  }
  return dataset;
}

Handle write_variable(hid_t file, const Variable& variable, const std::vector<Axis>& axes) {
  Handle dataset = std::visit(
      [&](const auto& values) {
        return write_values(file, variable.name, shape(variable, axes), values);
      },
      variable.values);
  if (!variable.description.empty()) {
    write_attribute(dataset.id(), "long_name", variable.description);
  }
  if (!variable.unit.empty()) write_attribute(dataset.id(), "units", variable.unit);
  return dataset;
}

// The datasets are closed on return: only then is all of them in the file.
void fill(hid_t file, const Dataset& dataset) {
  for (const Attribute& attribute : dataset.attributes) {
    std::visit([&](const auto& value) { write_attribute(file, attribute.name, value); },
               attribute.value);
  }
  OpenDatasets open;
  for (const Variable& variable : dataset.variables) {
    open.emplace(variable.name, write_variable(file, variable, dataset.axes));
  }
  make_scales(file, dataset, open);
  attach_scales(dataset, open);
}

}  // namespace

std::vector<std::byte> image(const Dataset& dataset) {
  EXPECT(sound(dataset));
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors come as exceptions, never on the terminal
  const Handle file = create_file();
  fill(file.id(), dataset);
  check(H5Fflush(file.id(), H5F_SCOPE_LOCAL), "finish the file");
  const ssize_t size = H5Fget_file_image(file.id(), nullptr, 0);
  check(size, "size the file");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  check(H5Fget_file_image(file.id(), bytes.data(), bytes.size()), "read the file");
  return bytes;
}

}  // namespace trainyard::output
