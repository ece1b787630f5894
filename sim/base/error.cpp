#include "base/error.hpp"

#include <fmt/format.h>

namespace trainyard {
namespace {

std::string joined(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.text();
  }
  return text;
}

}  // namespace

std::string Problem::text() const {
  std::string where = place.file;
  if (place.line > 0) where += fmt::format(":{}:{}", place.line, place.column);
  if (!where.empty()) where += ": ";
  if (!pointer.empty()) where += pointer + ": ";
  return where + message + (remedy.empty() ? "" : "; " + remedy);
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}

}  // namespace trainyard
