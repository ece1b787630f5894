// Groups that the tests of all algorithms run over, and what members send in a phase.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "collective/collective.hpp"

namespace trainyard::collective {

inline constexpr std::array operations{Operation::all_reduce, Operation::reduce_scatter,
                                       Operation::all_gather, Operation::all_to_all,
                                       Operation::broadcast};

// A group that owns what it points at.
struct Standing {
  std::vector<std::int64_t> node_of;
  std::int64_t columns = 0;

  [[nodiscard]] Group group() const { return {node_of, columns}; }
};

// Members node by node.
inline Standing evenly(std::int64_t nodes, std::int64_t each) {
  Standing standing;
  for (std::int64_t i = 0; i < nodes * each; ++i) standing.node_of.push_back(i / each);
  return standing;
}

inline std::vector<Standing> standings() {
  std::vector<Standing> all;
  for (const std::int64_t members : {2, 3, 5, 7, 8, 12, 16, 24}) {
    all.push_back(evenly(1, members));
    all.push_back(evenly(members, 1));
  }
  for (const std::int64_t nodes : {2, 3, 4}) {
    for (const std::int64_t each : {2, 3, 4, 6}) all.push_back(evenly(nodes, each));
  }
  // Uneven, interleaved, numbered in no order.
  all.push_back({{0, 0, 1}});
  all.push_back({{0, 0, 0, 1, 1}});
  all.push_back({{0, 0, 0, 0, 0, 1, 1, 2}});
  all.push_back({{0, 1, 0, 1}});
  all.push_back({{0, 1, 2, 0, 1, 2, 2, 1, 0}});
  all.push_back({{7, 7, 3, 3, 9, 9, 5, 5}});
  // Grids: a row, a column, flat, upright, and one that does not fit.
  for (const std::int64_t columns : {12, 1, 6, 2, 5}) {
    all.push_back(evenly(3, 4));
    all.back().columns = columns;
  }
  return all;
}

// Buffers that each member sends in all; shape [members].
inline std::vector<double> sent(const std::vector<Phase>& phases) {
  std::vector<double> sum;
  for (const Phase& phase : phases) {
    for (const Transfer& transfer : phase.transfers) {
      sum.resize(transfer.to.size());
      for (std::size_t i = 0; i < transfer.to.size(); ++i) {
        if (transfer.to[i] != nobody) sum[i] += transfer.share;
      }
    }
  }
  return sum;
}

inline double most(const std::vector<double>& numbers) {
  return *std::max_element(numbers.begin(), numbers.end());
}
inline double least(const std::vector<double>& numbers) {
  return *std::min_element(numbers.begin(), numbers.end());
}

// Messages one after the other.
inline double messages(const std::vector<Phase>& phases) {
  double sum = 0;
  for (const Phase& phase : phases) {
    double longest = 0;
    double in_turn = 0;
    for (const Transfer& transfer : phase.transfers) {
      longest = std::max(longest, transfer.messages);
      in_turn += transfer.messages;
    }
    sum += phase.waits == Waits::in_turn ? in_turn : longest;
  }
  return sum;
}

}  // namespace trainyard::collective
