// Writes a stage's blocks so that each chunk takes the micro-batches in the order of their numbers,
// forward and backward. Messages between two spots arrive in the order of sending, so all stages
// have to agree on an order: this is it.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

class InOrder {
 public:
  // The first micro-batch of each chunk, shape [chunks].
  explicit InOrder(const std::vector<std::int64_t>& first);

  // Each appends the pass for the chunk's next micro-batch.
  void forward(std::int64_t chunk = 0);
  void backward(std::int64_t chunk = 0);
  void input_gradient(std::int64_t chunk = 0);
  // For the micro-batch that has waited longest, of any chunk: they cost and free the same.
  void weight_gradient();

  // Micro-batches that wait for `weight_gradient`.
  [[nodiscard]] std::int64_t owed() const { return std::ssize(owed_); }
  // Activations kept now, all chunks together.
  [[nodiscard]] std::int64_t kept() const { return kept_; }
  [[nodiscard]] std::vector<Block> blocks() && { return std::move(blocks_); }

 private:
  struct Next {
    std::int64_t forward;
    std::int64_t backward;
  };
  Next& next(std::int64_t chunk) { return next_[static_cast<std::size_t>(chunk)]; }

  std::vector<Next> next_;  // [chunks]
  std::deque<Block> owed_;
  std::int64_t kept_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace trainyard::pipeline
