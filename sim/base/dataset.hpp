// Results in memory: variables over named dimensions, each with unit and description. `measure` and
// `step` fill it, `output` writes it to HDF5, `report` prints it. Plain data, no behaviour.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace trainyard {

// Values in row-major order; the text column holds UTF-8.
using Column =
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>>;

struct Axis {
  std::string name;
  std::size_t size = 0;
};

// One quantity. `dimensions` name axes of its dataset, outermost first; none means a scalar (one
// value). `unit` is a CF unit ("s", "W", "1", "seconds since 1970-01-01"); text has none ("").
struct Variable {
  std::string name;
  std::string description;
  std::string unit;
  std::vector<std::string> dimensions;
  Column values;
};

struct Attribute {
  std::string name;
  std::variant<std::string, std::int64_t, double> value;
};

// A variable with the name of an axis holds that axis's coordinates.
struct Dataset {
  std::vector<Axis> axes;
  std::vector<Variable> variables;
  std::vector<Attribute> attributes;
};

}  // namespace trainyard
