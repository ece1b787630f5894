#include "report/view.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::report {

View::View(const Dataset& dataset) : dataset_(dataset), variants_{""}, with_variants_(false) {
  for (const Axis& axis : dataset.axes) with_variants_ = with_variants_ || axis.name == "variant";
  if (with_variants_) variants_ = names("variant");
}

const Variable& View::find(const std::string& name) const {
  const auto found = std::find_if(dataset_.variables.begin(), dataset_.variables.end(),
                                  [&](const Variable& variable) { return variable.name == name; });
  EXPECT(found != dataset_.variables.end());
  return *found;
}

bool View::has(const std::string& variable) const {
  return std::any_of(dataset_.variables.begin(), dataset_.variables.end(),
                     [&](const Variable& other) { return other.name == variable; });
}

std::size_t View::size(const std::string& name) const {
  const auto found = std::find_if(dataset_.axes.begin(), dataset_.axes.end(),
                                  [&](const Axis& axis) { return axis.name == name; });
  EXPECT(found != dataset_.axes.end());
  return found->size;
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

}  // namespace trainyard::report
