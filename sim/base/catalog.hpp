// A family's members as one visible table: rows with a `name` and a one-line `summary`. `list`
// prints the rows, readers look names up; adding a member is adding a row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

// The row of that name, or nullptr.
template <class Rows>
auto find_row(const Rows& rows, std::string_view name) -> decltype(&*rows.begin()) {
  for (const auto& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

template <class Rows>
std::vector<std::string> names(const Rows& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.emplace_back(row.name);
  return all;
}

}  // namespace trainyard
