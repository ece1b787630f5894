// A variable being filled: values over named axes, addressed by indices.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::measure {

// What every variable says of itself.
struct Label {
  std::string name;
  std::string description;
  std::string unit;
};

class Cube {
 public:
  Cube(Label label, std::vector<Axis> axes, double initial = 0);
  double& at(std::initializer_list<std::size_t> indices);
  [[nodiscard]] Variable variable() &&;

 private:
  Label label_;
  std::vector<Axis> axes_;
  std::vector<double> values_;
};

}  // namespace trainyard::measure
