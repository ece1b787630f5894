#include <algorithm>
#include <tuple>
#include <utility>

#include "document/reader.hpp"

namespace trainyard::document {

void Report::add(Problem problem) {
  problems_.push_back(std::move(problem));
}

void Report::throw_if_any() const {
  if (problems_.empty()) return;
  std::vector<Problem> problems = problems_;
  std::ranges::stable_sort(problems, {}, [](const Problem& problem) {
    return std::tuple(problem.place.file, problem.place.line, problem.place.column);
  });
  // Equal ones stand at one place, but others of that place may lie between them.
  std::vector<Problem> distinct;
  for (Problem& problem : problems) {
    const bool known = std::ranges::any_of(
        distinct, [&](const Problem& other) { return other.text() == problem.text(); });
    if (!known) distinct.push_back(std::move(problem));
  }
  throw InputError(std::move(distinct));
}

}  // namespace trainyard::document
