#include "program/prune.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace trainyard::program {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

class Pruning {
 public:
  Pruning(Program& program, const std::vector<double>& bandwidth)
      : program_(program), bandwidth_(bandwidth), at_end_(bandwidth.size(), 0) {}

  void run();

 private:
  [[nodiscard]] std::size_t link(std::int32_t at) const {
    return program_.path[static_cast<std::size_t>(at)].index();
  }
  [[nodiscard]] std::vector<double> neighbours(std::int32_t step) const;
  void drop(const std::vector<std::uint8_t>& redundant);

  Program& program_;
  const std::vector<double>& bandwidth_;
  std::vector<std::uint8_t> at_end_;  // [links]: 1 for links that begin or end some path
};

// For every link that ends no path: what its distinct neighbours one `step` before or after it
// carry together; unbounded where one of them ends no path either.
std::vector<double> Pruning::neighbours(std::int32_t step) const {
  std::vector<double> sum(bandwidth_.size(), 0);
  std::vector<std::uint64_t> pairs;
  for (const Flow& flow : program_.flows) {
    for (std::int32_t i = flow.first_link + 1; i + 1 < flow.end_link; ++i) {
      if (at_end_[link(i)] != 0) continue;
      const std::size_t other = link(i + step);
      if (at_end_[other] == 0) {
        sum[link(i)] = unbounded;
      } else {
        pairs.push_back(static_cast<std::uint64_t>(link(i)) << 32U | other);
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (const std::uint64_t pair : pairs) sum[pair >> 32U] += bandwidth_[pair & 0xffffffffU];
  return sum;
}

void Pruning::drop(const std::vector<std::uint8_t>& redundant) {
  std::vector<LinkId> path;
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
  for (const Flow& flow : program_.flows) {
    if (flow.first_link == flow.end_link) continue;
    at_end_[link(flow.first_link)] = 1;
    at_end_[link(flow.end_link - 1)] = 1;
  }
  const std::vector<double> before = neighbours(-1);
  const std::vector<double> after = neighbours(1);
  std::vector<std::uint8_t> redundant(bandwidth_.size(), 0);
  for (std::size_t l = 0; l < bandwidth_.size(); ++l) {
    const bool follows = std::min(before[l], after[l]) <= bandwidth_[l];
    redundant[l] = at_end_[l] == 0 && follows ? 1 : 0;
  }
  drop(redundant);
}

}  // namespace

void prune(Program& program, const std::vector<double>& bandwidth) {
  Pruning(program, bandwidth).run();
}

}  // namespace trainyard::program
