// The inner part of attention: scores, their softmax, and the sum of values that they weigh.
// Between the projections, which belong to the block.
#pragma once

#include <vector>

#include "model/model.hpp"

namespace trainyard::model {

// Fused (FlashAttention, Dao et al., arXiv 2205.14135) keeps queries, keys, values and a statistic
// of each row, never a score, and skips what a causal mask hides. Unfused writes every score to
// memory, masked or not, and keeps them: software of 2021 and before.
enum class AttentionKernel { fused, unfused };

// Of `queries` positions, each looking at `context` positions.
struct AttentionShape {
  double queries = 0;
  double context = 0;
  double width = 0;     // columns of all query heads
  double kv_width = 0;  // columns of the keys, and of the values unless `value_width` differs
  bool causal = false;
  double heads = 1;         // query heads
  double value_width = 0;   // columns of the values; 0: `kv_width`
  double output_width = 0;  // columns of the output, all query heads; 0: `width`
  AttentionKernel kernel = AttentionKernel::fused;
  bool dropout = false;  // of scores; fused kernels draw it again instead of keeping it
};

// Columns of keys and values together, and of the output.
double key_value_columns(const AttentionShape& shape);
double output_columns(const AttentionShape& shape);

// Fused. Traffic is queries, keys, values and output, once.
Operator attention(const AttentionShape& shape);

// With the points of a group that divides the sequence around it; as the kernel says.
std::vector<Operator> attention_core(const AttentionShape& shape);

}  // namespace trainyard::model
