#include "output/read_file.hpp"

#include <fcntl.h>
#include <hdf5_hl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "output/handle.hpp"
#include "output/layout.hpp"

namespace trainyard::output {
namespace {

constexpr const char* bare_axis = "This is a netCDF dimension but not a netCDF variable";

[[noreturn]] void fail(const std::string& path, const std::string& reason,
                       const std::string& remedy) {
  throw FileError(path + ": cannot read the result (" + reason + "); " + remedy);
}

void check_readable(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(path, std::strerror(errno), "check the name");
  ::close(file);
}

std::string name_of(hid_t object) {
  const ssize_t length = H5Iget_name(object, nullptr, 0);
  check(length, "name an object");
  std::string name(static_cast<std::size_t>(length), '\0');
  check(H5Iget_name(object, name.data(), name.size() + 1), "name an object");
  return name.substr(name.rfind('/') + 1);
}

// What H5Dread and H5Aread have in common.
struct Source {
  hid_t id;
  enum class Kind { dataset, attribute } kind;

  [[nodiscard]] Handle type() const {
    return {kind == Kind::dataset ? H5Dget_type(id) : H5Aget_type(id), H5Tclose, "see a type"};
  }
  [[nodiscard]] Handle space() const {
    return {kind == Kind::dataset ? H5Dget_space(id) : H5Aget_space(id), H5Sclose, "see a shape"};
  }
  void read(hid_t memory, void* values) const {
    check(kind == Kind::dataset ? H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values)
                                : H5Aread(id, memory, values),
          "read values");
  }
};

std::size_t size_of(const Source& source) {
  const Handle space = source.space();
  const hssize_t size = H5Sget_simple_extent_npoints(space.id());
  check(size, "see a shape");
  return static_cast<std::size_t>(size);
}

template <class T>
std::vector<T> numbers(const Source& source, hid_t memory) {
  std::vector<T> values(size_of(source));
  if (!values.empty()) source.read(memory, values.data());
  return values;
}

std::vector<std::string> texts(const Source& source) {
  std::vector<char*> pointers(size_of(source), nullptr);
  std::vector<std::string> values;
  if (pointers.empty()) return values;
  const Handle type = source.type();
  if (H5Tis_variable_str(type.id()) <= 0) throw Hdf5Error("read a text of fixed length");
  const Handle memory(H5Tcopy(type.id()), H5Tclose, "copy a type");
  source.read(memory.id(), pointers.data());
  for (const char* pointer : pointers) values.emplace_back(pointer == nullptr ? "" : pointer);
  const Handle space = source.space();
  check(H5Dvlen_reclaim(memory.id(), space.id(), H5P_DEFAULT, pointers.data()), "free texts");
  return values;
}

// Nothing where it is of a type that results do not have.
std::optional<Column> values(const Source& source) {
  const Handle type = source.type();
  switch (H5Tget_class(type.id())) {
    case H5T_FLOAT:
      return numbers<double>(source, H5T_NATIVE_DOUBLE);
    case H5T_INTEGER:
      return numbers<std::int64_t>(source, H5T_NATIVE_INT64);
    case H5T_STRING:
      return texts(source);
    default:
      return std::nullopt;
  }
}

std::string text_attribute(hid_t object, const char* name) {
  const htri_t there = H5Aexists(object, name);
  check(there, "look for an attribute");
  if (there == 0) return "";
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const auto read = values({attribute.id(), Source::Kind::attribute});
  const auto* text = read ? std::get_if<std::vector<std::string>>(&*read) : nullptr;
  return text != nullptr && text->size() == 1 ? text->front() : "";
}

std::vector<Attribute> attributes(hid_t file) {
  std::vector<Attribute> all;
  H5O_info_t info{};
  check(H5Oget_info(file, &info), "count attributes");
  for (hsize_t i = 0; i < info.num_attrs; ++i) {
    const Handle attribute(
        H5Aopen_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose, "open an attribute");
    const ssize_t length = H5Aget_name(attribute.id(), 0, nullptr);
    check(length, "name an attribute");
    std::string name(static_cast<std::size_t>(length), '\0');
    check(H5Aget_name(attribute.id(), name.size() + 1, name.data()), "name an attribute");
    const auto read = values({attribute.id(), Source::Kind::attribute});
    if (!read) continue;
    std::visit(
        [&](const auto& column) {
          if (column.size() == 1) all.push_back({name, column.front()});
        },
        *read);
  }
  return all;
}

std::vector<hsize_t> shape_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "see a shape");
  const int rank = H5Sget_simple_extent_ndims(space.id());
  check(rank, "see a shape");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr), "see a shape");
  return sizes;
}

// HDF5 calls it: nothing may be thrown here.
herr_t take_name(hid_t /*dataset*/, unsigned /*dimension*/, hid_t scale, void* name) {
  std::array<char, 1024> text{};
  if (H5Iget_name(scale, text.data(), text.size()) < 0) return -1;
  *static_cast<std::string*>(name) = text.data();
  return 1;
}

std::vector<std::string> dimensions(hid_t dataset, const std::string& name, std::size_t rank) {
  if (H5DSis_scale(dataset) > 0) return {name};
  std::vector<std::string> names(rank);
  for (unsigned i = 0; i < rank; ++i) {
    check(H5DSiterate_scales(dataset, i, nullptr, take_name, &names[i]), "read an axis");
    names[i].erase(0, names[i].rfind('/') + 1);
  }
  return names;
}

bool bare(hid_t dataset) {
  if (H5DSis_scale(dataset) <= 0) return false;
  std::array<char, 128> name{};
  check(H5DSget_scale_name(dataset, name.data(), name.size()), "name an axis");
  return std::string_view(name.data()).starts_with(bare_axis);
}

void add_dataset(hid_t dataset, const std::string& name, std::vector<Axis>& bare_axes,
                 Dataset& result) {
  const std::vector<hsize_t> sizes = shape_of(dataset);
  if (H5DSis_scale(dataset) > 0 && sizes.size() == 1) {
    (bare(dataset) ? bare_axes : result.axes).push_back({name, sizes.front()});
    if (bare(dataset)) return;
  }
  auto read = values({dataset, Source::Kind::dataset});
  if (!read) throw Hdf5Error("understand the type of \"" + name + "\"");
  result.variables.push_back({.name = name,
                              .description = text_attribute(dataset, "long_name"),
                              .unit = text_attribute(dataset, "units"),
                              .dimensions = dimensions(dataset, name, sizes.size()),
                              .values = std::move(*read)});
}

Dataset read_all(hid_t file) {
  Dataset result;
  result.attributes = attributes(file);
  std::vector<Axis> bare_axes;
  H5G_info_t group{};
  check(H5Gget_info(file, &group), "count the variables");
  for (hsize_t i = 0; i < group.nlinks; ++i) {
    const Handle object(H5Oopen_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, H5P_DEFAULT),
                        H5Oclose, "open a variable");
    if (H5Iget_type(object.id()) != H5I_DATASET) continue;
    add_dataset(object.id(), name_of(object.id()), bare_axes, result);
  }
  result.axes.insert(result.axes.end(), bare_axes.begin(), bare_axes.end());
  return result;
}

// Every result has it; other HDF5 files do not, nor do they keep the order of what was written.
bool ours(hid_t file) {
  return H5Aexists(file, "result_format") > 0 && H5Aexists(file, "scenario_json") > 0;
}

}  // namespace

Dataset read_file(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors come as exceptions, never on the terminal
  check_readable(path);
  const char* const remedy = "give a file that `trainyard run` wrote";
  if (H5Fis_hdf5(path.c_str()) <= 0) fail(path, "it is no HDF5 file", remedy);
  try {
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open it");
    if (!ours(file.id())) fail(path, "it is an HDF5 file of another program", remedy);
    Dataset result = read_all(file.id());
    if (!sound(result)) fail(path, "its variables do not fit their axes", "write it again");
    return result;
  } catch (const Hdf5Error& error) {
    fail(path, std::string("HDF5 failed to ") + error.what(), "it may be damaged: write it again");
  }
}

}  // namespace trainyard::output
