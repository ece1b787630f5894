#include "program/prune.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace trainyard::program {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

class Pruning {
 public:
  explicit Pruning(Program& program) : program_(program) {}

  void run();

 private:
  [[nodiscard]] std::size_t link(std::int32_t at) const {
    return static_cast<std::size_t>(program_.path[static_cast<std::size_t>(at)]);
  }
  [[nodiscard]] std::vector<double> neighbours(std::int32_t step) const;
  void drop(const std::vector<std::uint8_t>& redundant);

  Program& program_;
};

// For every link that ends no path: what its distinct neighbours one `step` before or after it
// carry together; unbounded where one of them ends no path either.
std::vector<double> Pruning::neighbours(std::int32_t step) const {
  std::vector<double> sum(program_.links.size(), 0);
  std::vector<std::uint64_t> pairs;
  for (const Flow& flow : program_.flows) {
    for (std::int32_t i = flow.first_link + 1; i + 1 < flow.end_link; ++i) {
      if (program_.links[link(i)].end) continue;
      const std::size_t other = link(i + step);
      if (!program_.links[other].end) {
        sum[link(i)] = unbounded;
      } else {
        pairs.push_back(static_cast<std::uint64_t>(link(i)) << 32U | other);
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  // Several like neighbours may be listed as one.
  for (const std::uint64_t pair : pairs) {
    const Link& middle = program_.links[pair >> 32U];
    const Link& other = program_.links[pair & 0xffffffffU];
    sum[pair >> 32U] += other.bandwidth * std::max(1.0, other.copies / middle.copies);
  }
  return sum;
}

void Pruning::drop(const std::vector<std::uint8_t>& redundant) {
  std::vector<std::int32_t> path;
  path.reserve(program_.path.size());
  for (Flow& flow : program_.flows) {
    const auto first = static_cast<std::int32_t>(path.size());
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      if (redundant[link(i)] == 0) path.push_back(program_.path[static_cast<std::size_t>(i)]);
    }
    flow.first_link = first;
    flow.end_link = static_cast<std::int32_t>(path.size());
  }
  program_.path = std::move(path);
}

void Pruning::run() {
  const std::vector<double> before = neighbours(-1);
  const std::vector<double> after = neighbours(1);
  std::vector<std::uint8_t> redundant(program_.links.size(), 0);
  for (std::size_t l = 0; l < program_.links.size(); ++l) {
    const bool follows = std::min(before[l], after[l]) <= program_.links[l].bandwidth;
    redundant[l] = !program_.links[l].end && follows ? 1 : 0;
  }
  drop(redundant);
}

}  // namespace

void prune(Program& program) {
  Pruning(program).run();
}

}  // namespace trainyard::program
