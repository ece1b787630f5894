// Parts of a transformer layer and how they join to one. Each part starts with a norm and ends with
// the sum onto the residual stream. What is kept for backward follows Korthikanti et al., arXiv
// 2205.05198, section 4.
#pragma once

#include <string>
#include <vector>

#include "model/attention.hpp"
#include "model/model.hpp"

namespace trainyard::model {

// What runs through all layers: [tokens, hidden].
struct Stream {
  double tokens = 0;
  double hidden = 0;
  bool dropout = false;  // before each sum onto the stream, and of attention's scores

  [[nodiscard]] double elements() const { return tokens * hidden; }
};

// Norm weights and biases (under 0.1 % of a model) are left out of parameters.
struct Part {
  std::vector<Operator> operators;
  double parameters = 0;
  double expert_parameters = 0;
};

// The layer of these parts, in order.
Layer joined(std::string name, const Stream& stream, const std::vector<Part>& parts);

// Grouped-query attention; all heads' own keys and values, or one for all, are its ends.
struct HeadShape {
  double heads = 0;
  double kv_heads = 0;
  double head_size = 0;
  double context = 0;  // positions that one position looks at
  bool causal = false;
  AttentionKernel kernel = AttentionKernel::fused;
};
Part grouped_attention(const Stream& stream, const HeadShape& shape);

struct FeedForwardShape {
  double ffn = 0;
  bool gated = false;  // three matrices instead of two
};
Part feed_forward(const Stream& stream, const FeedForwardShape& shape);

// Pieces that several parts have. The sum onto the stream keeps dropout's mask, a byte an element.
Operator residual(std::string name, const Stream& stream);
Operator activation(std::string name, double tokens, const FeedForwardShape& shape, Split split);
double up_columns(const FeedForwardShape& shape);
void append(std::vector<Operator>& all, std::vector<Operator> more);

}  // namespace trainyard::model
