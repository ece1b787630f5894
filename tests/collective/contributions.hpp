// All-reduce played out in symbols: each rank holds, for each chunk of the buffer, whose
// contributions its copy contains. Rings are the cycles of a phase's `next`.
#pragma once

#include <set>
#include <vector>

#include "collective/all_reduce.hpp"

namespace trainyard::collective {

class Contributions {
 public:
  Contributions(std::size_t ranks, std::size_t chunks) : held_(ranks) {
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      held_[rank].assign(chunks, {rank});
    }
  }

  // Along each of the rings, n - 1 steps; afterwards the rank in place p has piece p + 1 of n
  // whole. `pieces`: the chunks of each, shape [n][...].
  void reduce_scatter(const std::vector<std::vector<std::size_t>>& rings,
                      const std::vector<std::vector<std::size_t>>& pieces) {
    const std::size_t n = pieces.size();
    for (std::size_t step = 0; step + 1 < n; ++step) {
      pass(rings, pieces, n - step, Receipt::adds);
    }
  }
  // Along each of the rings, n - 1 steps, from where `reduce_scatter` ends.
  void all_gather(const std::vector<std::vector<std::size_t>>& rings,
                  const std::vector<std::vector<std::size_t>>& pieces) {
    const std::size_t n = pieces.size();
    for (std::size_t step = 0; step + 1 < n; ++step) {
      pass(rings, pieces, n + 1 - step, Receipt::takes);
    }
  }

  [[nodiscard]] bool complete() const {
    for (const auto& chunks : held_) {
      for (const auto& chunk : chunks) {
        if (chunk.size() != held_.size()) return false;
      }
    }
    return true;
  }
  // Chunks sent by each rank.
  [[nodiscard]] const std::vector<std::size_t>& sent() const { return sent_; }

 private:
  enum class Receipt { adds, takes };

  // The rank in place p of a ring sends piece p + `ahead` to the next.
  void pass(const std::vector<std::vector<std::size_t>>& rings,
            const std::vector<std::vector<std::size_t>>& pieces, std::size_t ahead,
            Receipt receipt) {
    sent_.resize(held_.size());
    auto after = held_;
    for (const auto& ring : rings) {
      for (std::size_t place = 0; place < ring.size(); ++place) {
        const std::size_t from = ring[place];
        const std::size_t to = ring[(place + 1) % ring.size()];
        for (const std::size_t chunk : pieces[(place + ahead) % pieces.size()]) {
          ++sent_[from];
          if (receipt == Receipt::takes) after[to][chunk] = {};
          after[to][chunk].insert(held_[from][chunk].begin(), held_[from][chunk].end());
        }
      }
    }
    held_ = std::move(after);
  }

  std::vector<std::vector<std::set<std::size_t>>> held_;  // [ranks][chunks]
  std::vector<std::size_t> sent_;
};

// The cycles of a phase, each beginning with its smallest member, in order of that member.
inline std::vector<std::vector<std::size_t>> rings(const Phase& phase) {
  std::vector<std::vector<std::size_t>> cycles;
  std::vector<bool> seen(phase.next.size(), false);
  for (std::size_t first = 0; first < phase.next.size(); ++first) {
    if (seen[first]) continue;
    auto& cycle = cycles.emplace_back();
    for (std::size_t at = first; !seen[at]; at = static_cast<std::size_t>(phase.next[at])) {
      seen[at] = true;
      cycle.push_back(at);
    }
  }
  return cycles;
}

}  // namespace trainyard::collective
