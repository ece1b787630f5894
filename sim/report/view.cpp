#include "report/view.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace trainyard::report {

View::View(const Dataset& dataset) : variants_{""}, with_variants_(false) {
  for (const Variable& variable : dataset.variables) by_name_.emplace(variable.name, &variable);
  for (const Axis& axis : dataset.axes) sizes_.emplace(axis.name, axis.size);
  with_variants_ = sizes_.contains("variant");
  if (with_variants_) variants_ = names("variant");
}

const Variable& View::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  EXPECT(found != by_name_.end());
  return *found->second;
}

bool View::has(const std::string& variable) const {
  return by_name_.contains(variable);
}

std::size_t View::size(const std::string& name) const {
  const auto found = sizes_.find(name);
  EXPECT(found != sizes_.end());
  return found->second;
}

const std::vector<std::string>& View::names(const std::string& axis) const {
  return std::get<std::vector<std::string>>(find(axis).values);
}

std::vector<double> View::times() const {
  const auto& starts = std::get<std::vector<std::int64_t>>(find("time").values);
  return {starts.begin(), starts.end()};
}

double View::bin_length(std::size_t bin) const {
  return at("bin_length", {0, bin});
}

std::size_t View::offset(const Variable& variable,
                         std::initializer_list<std::size_t> indices) const {
  auto index = indices.begin();
  if (!variable.dimensions.empty() && variable.dimensions.front() != "variant") ++index;
  std::size_t offset = 0;
  for (const std::string& dimension : variable.dimensions) {
    EXPECT(index != indices.end() && *index < size(dimension));
    offset = offset * size(dimension) + *index++;
  }
  return offset;
}

double View::at(const std::string& name, std::initializer_list<std::size_t> indices) const {
  const Variable& variable = find(name);
  return std::get<std::vector<double>>(variable.values)[offset(variable, indices)];
}

const std::string& View::text(const std::string& name,
                              std::initializer_list<std::size_t> indices) const {
  const Variable& variable = find(name);
  return std::get<std::vector<std::string>>(variable.values)[offset(variable, indices)];
}

const std::vector<double>& View::reals(const std::string& variable) const {
  return std::get<std::vector<double>>(find(variable).values);
}

const std::vector<std::string>& View::texts(const std::string& variable) const {
  return std::get<std::vector<std::string>>(find(variable).values);
}

std::vector<std::size_t> View::rows(const std::string& table, std::size_t variant) const {
  std::vector<std::size_t> rows(size(table));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (with_variants_) {
    const std::vector<std::string>& of = texts(table + "_variant");
    std::erase_if(rows, [&](std::size_t row) { return of[row] != variants_[variant]; });
  }
  return rows;
}

}  // namespace trainyard::report
