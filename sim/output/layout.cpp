#include "output/layout.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

namespace trainyard::output {
namespace {

constexpr std::uint64_t bytes_per_value = 8;
constexpr std::uint64_t largest_chunk = std::uint64_t{512} * 1024;

const Axis* find_axis(const std::vector<Axis>& axes, const std::string& name) {
  const auto found = std::ranges::find(axes, name, &Axis::name);
  return found == axes.end() ? nullptr : &*found;
}

template <class Named>
bool well_named(const std::vector<Named>& items) {
  std::set<std::string> seen;
  return std::ranges::all_of(items, [&](const Named& item) {
    return !item.name.empty() && item.name.find('/') == std::string::npos &&
           seen.insert(item.name).second;
  });
}

bool has_zero_byte(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

bool sound_dimensions(const Variable& variable, const std::vector<Axis>& axes) {
  const std::set<std::string> distinct(variable.dimensions.begin(), variable.dimensions.end());
  const bool known = std::ranges::all_of(
      distinct, [&](const std::string& name) { return find_axis(axes, name) != nullptr; });
  const bool is_coordinates = find_axis(axes, variable.name) != nullptr;
  return known && distinct.size() == variable.dimensions.size() &&
         (!is_coordinates || variable.dimensions == std::vector{variable.name});
}

bool sound_values(const Variable& variable, const std::vector<Axis>& axes) {
  const std::uint64_t size =
      std::visit([](const auto& values) { return values.size(); }, variable.values);
  const auto* text = std::get_if<std::vector<std::string>>(&variable.values);
  return size == count(shape(variable, axes)) &&
         (text == nullptr || std::ranges::none_of(*text, has_zero_byte)) &&
         !has_zero_byte(variable.unit) && !has_zero_byte(variable.description);
}

bool sound_attribute(const Attribute& attribute) {
  const auto* text = std::get_if<std::string>(&attribute.value);
  return text == nullptr || !has_zero_byte(*text);
}

}  // namespace

Shape shape(const Variable& variable, const std::vector<Axis>& axes) {
  Shape sizes;
  for (const std::string& dimension : variable.dimensions) {
    sizes.push_back(find_axis(axes, dimension)->size);
  }
  return sizes;
}

std::uint64_t count(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

Shape chunk_shape(const Shape& shape) {
  Shape chunk = shape;
  std::uint64_t inner = count(shape) * bytes_per_value;
  for (std::size_t i = 0; i < shape.size() && inner > largest_chunk; ++i) {
    inner /= shape[i];  // bytes of one index along this axis
    const std::uint64_t fitting = std::clamp(largest_chunk / inner, std::uint64_t{1}, shape[i]);
    const std::uint64_t slabs = (shape[i] + fitting - 1) / fitting;
    chunk[i] = (shape[i] + slabs - 1) / slabs;
  }
  return chunk;
}

const Variable* coordinates(const Dataset& dataset, const Axis& axis) {
  const auto found = std::ranges::find(dataset.variables, axis.name, &Variable::name);
  return found == dataset.variables.end() ? nullptr : &*found;
}

bool sound(const Dataset& dataset) {
  return well_named(dataset.axes) && well_named(dataset.variables) &&
         well_named(dataset.attributes) &&
         std::ranges::all_of(dataset.variables,
                             [&](const Variable& variable) {
                               return sound_dimensions(variable, dataset.axes) &&
                                      sound_values(variable, dataset.axes);
                             }) &&
         std::ranges::all_of(dataset.attributes, sound_attribute);
}

}  // namespace trainyard::output
