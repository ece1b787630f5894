#include "measure/cube.hpp"

#include "base/check.hpp"

namespace trainyard::measure {

Cube::Cube(Label label, std::vector<Axis> axes, double initial)
    : label_(std::move(label)), axes_(std::move(axes)) {
  std::size_t size = 1;
  for (const Axis& axis : axes_) size *= axis.size;
  values_.assign(size, initial);
}

double& Cube::at(std::initializer_list<std::size_t> indices) {
  EXPECT(indices.size() == axes_.size());
  std::size_t offset = 0;
  auto axis = axes_.begin();
  for (const std::size_t index : indices) {
    EXPECT(index < axis->size);
    offset = offset * axis->size + index;
    ++axis;
  }
  return values_[offset];
}

Variable Cube::variable() && {
  Variable variable{.name = label_.name, .description = label_.description, .unit = label_.unit};
  for (const Axis& axis : axes_) variable.dimensions.push_back(axis.name);
  variable.values = std::move(values_);
  return variable;
}

}  // namespace trainyard::measure
