// Values of a Dataset by name, for tests.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::support {

inline const Variable& variable(const Dataset& dataset, const std::string& name) {
  for (const Variable& one : dataset.variables) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no variable " + name);
}

inline bool has(const Dataset& dataset, const std::string& name) {
  return std::any_of(dataset.variables.begin(), dataset.variables.end(),
                     [&](const Variable& one) { return one.name == name; });
}

inline const std::vector<double>& reals(const Dataset& dataset, const std::string& name) {
  return std::get<std::vector<double>>(variable(dataset, name).values);
}

inline const std::vector<std::int64_t>& counts(const Dataset& dataset, const std::string& name) {
  return std::get<std::vector<std::int64_t>>(variable(dataset, name).values);
}

inline const std::vector<std::string>& texts(const Dataset& dataset, const std::string& name) {
  return std::get<std::vector<std::string>>(variable(dataset, name).values);
}

// Of an axis; throws where there is none.
inline std::size_t size(const Dataset& dataset, const std::string& axis) {
  for (const Axis& one : dataset.axes) {
    if (one.name == axis) return one.size;
  }
  throw std::runtime_error("no axis " + axis);
}

}  // namespace trainyard::support
