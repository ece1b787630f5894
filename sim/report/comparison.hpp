// What differs between two fleets, or two variants of one, and whether the difference is larger
// than what is not known: the error of step times and the spread over seeds.
//
// Model error. The steps of a side carry the bands of the families of measured steps they belong
// to. Where both sides use the same families, their error is the same in both and cancels to first
// order. Where they do not, errors are taken as independent and the bands add in quadrature.
// Seeds. Where results carry replicas, means are compared, and the half-widths of their confidence
// intervals add in quadrature to the rest.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::report {

struct Side {
  const Dataset* result = nullptr;
  std::size_t variant = 0;
  std::string title;  // what it is called in the comparison
};

enum class Verdict {
  differs,    // by more than the joint band
  undecided,  // the difference lies within it, or nothing was measured to take it from
  only_one,   // only one side has it: a job that the other does not finish
};
inline constexpr std::array<std::string_view, 3> verdict_names{"differs", "undecided", "only one"};

struct Difference {
  std::string quantity;  // variable of the result and element: "job_samples/fsd"
  std::string label;     // in words: "samples of fsd"
  std::string unit;
  double first = 0;  // NaN where the side has none
  double second = 0;
  double low = 0;  // second - first lies between, by the joint band; NaN where there is none
  double high = 0;
  bool measured = true;  // false: the sides differ in their parts, and of one nothing was measured
  Verdict verdict = Verdict::differs;
};

struct Comparison {
  std::string first;
  std::string second;
  std::vector<Difference> differences;  // those that matter first
  std::size_t equal = 0;                // quantities that do not differ
};

Comparison compare(const Side& first, const Side& second);

std::string comparison_text(const Comparison& comparison);

}  // namespace trainyard::report
