// Linear programs behind one function: the solver (GLPK) is visible in this folder alone.
#pragma once

#include <optional>
#include <vector>

namespace trainyard::optimize {

struct Term {
  std::size_t variable = 0;
  double factor = 0;
};

// lower <= sum of factor x variable <= upper; infinities leave a side open.
struct Row {
  std::vector<Term> terms;
  double lower = 0;
  double upper = 0;
};

// Maximises sum of objective x variable over 0 <= variable <= upper.
struct LinearProgram {
  std::vector<double> objective;  // [variables]
  std::vector<double> upper;      // [variables]; infinity: none
  std::vector<Row> rows;
};

struct Solution {
  double objective = 0;
  std::vector<double> values;  // [variables]
};

// None where no values satisfy the rows, or the objective has no bound. The same program gives the
// same values, to the last bit.
std::optional<Solution> maximise(const LinearProgram& program);

}  // namespace trainyard::optimize
