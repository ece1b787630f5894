#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace trainyard {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
  struct Candidate {
    std::size_t distance;
    std::string name;
  };
  const std::size_t reach = std::max<std::size_t>(2, name.size() / 3);
  std::vector<Candidate> candidates;
  for (const std::string& other : known) {
    const bool contained = name.size() >= 3 && other.find(name) != std::string::npos;
    const std::size_t edits = edit_distance(name, other);
    const std::size_t distance = contained ? std::min<std::size_t>(edits, 1) : edits;
    if (distance <= reach) candidates.push_back({distance, other});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.distance < b.distance; });
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) {
    if (names.size() < 3) names.push_back(candidate.name);
  }
  return names;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  if (near.empty()) return known.empty() ? "" : fmt::format("known: {}", fmt::join(known, ", "));
  return fmt::format("did you mean \"{}\"?", fmt::join(near, "\" or \""));
}

}  // namespace trainyard
