// A long table as columns that share a dimension, filled row by row.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::measure {

// One column of a table; `T` is double, std::int64_t or std::string.
template <class T, class Row>
Variable column(const std::string& dimension, std::string name, std::string description,
                std::string unit, const std::vector<Row>& rows, T (*value)(const Row&)) {
  std::vector<T> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(value(row));
  return {.name = std::move(name),
          .description = std::move(description),
          .unit = std::move(unit),
          .dimensions = {dimension},
          .values = std::move(values)};
}

}  // namespace trainyard::measure
