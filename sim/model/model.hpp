// What is trained, as layers of operators: work, bytes, matrix shapes. Knows no hardware and no
// parallel plan, only which operators a group of ranks can divide and where it would have to
// exchange something. A *sample* is one sequence of a language model or one clip of a video model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace trainyard::model {

enum class OperatorKind {
  gemm,          // matrix product [tokens, inner] x [inner, columns], `groups` of them
  attention,     // fused or in parts, see `work` and `traffic`
  memory_bound,  // streams `traffic`
  fixed,         // takes a measured time, whatever the hardware
  exchange,      // a point where a parallel group exchanges `traffic`
};

// Along which dimension a tensor-parallel group divides an operator, and what it keeps of its
// inputs: `columns` and `tokens` keep them whole unless norms are divided too (sequence parallel),
// `rows` and `heads` keep a part, `none` all. A product split by `tokens` has whole weights and
// all tokens on every rank, a part of the tokens where sequence parallel.
enum class Split { none, columns, rows, heads, tokens };

// Where in a layer which group has to exchange what.
enum class Point {
  none,
  tensor_enter,     // before a product split by columns: inputs gathered, their gradients summed
  tensor_leave,     // after a product split by rows: outputs summed, their gradients gathered
  context_keys,     // before attention: keys and values of the other parts of the sequence
  context_enter,    // before attention: query, key, value from tokens divided to heads divided
  context_leave,    // after attention: the output back from heads to tokens
  expert_dispatch,  // tokens to the ranks that hold their experts
  expert_combine,   // and back
};

// One operator on one sample, forward.
struct Operator {
  std::string name;
  OperatorKind kind = OperatorKind::gemm;
  Split split = Split::none;
  // Of attention: queries, keys that each may see, columns of a head, heads.
  double tokens = 0;
  double columns = 0;
  double inner = 0;
  std::int64_t groups = 1;   // experts: products of equal shape that share out `tokens`; of an
                             // exchange with experts: copies of each token
  bool expert = false;       // divided over an expert-parallel group
  bool frozen = false;       // weights are not trained: no gradient of theirs
  bool fused = true;         // attention that keeps no scores and computes them again in backward
  bool forgettable = false;  // selective recomputation keeps nothing of it and computes it again
  Flops work;                // of attention: the two products, masked half left out where causal
  Bytes traffic;             // of attention and memory-bound: bytes read and written; of an
                             // exchange: the whole buffer
  Bytes stored;              // inputs kept for backward
  Bytes remade;  // of what the next product keeps, what this operator can make again: selective
                 // recomputation forgets it where attention is fused
  Point point = Point::none;
  Seconds fixed_forward;  // of `fixed`, whatever the micro-batch
  Seconds fixed_backward;
};

// Activations are bf16, two bytes an element.
inline constexpr double bytes_per_element = 2;

struct Layer {
  std::string name;
  std::vector<Operator> operators;  // in the order of a forward pass
  double parameters = 0;            // but for the experts; a tensor-parallel group divides them
  double expert_parameters = 0;  // of all experts together; an expert-parallel group divides them
  double frozen_parameters = 0;  // part of `parameters` that is not trained (LoRA)
  double frozen_expert_parameters = 0;  // and of `expert_parameters`
  double tokens = 0;                    // of one sample
  Bytes boundary;                       // what it hands on, a sample
};

// What progress is counted in besides samples.
enum class Progress { tokens, samples };

struct Model {
  std::string name;
  std::string summary;
  Progress progress = Progress::tokens;
  Layer entry;                      // embedding
  std::vector<Layer> kinds;         // of the layers in the middle
  std::vector<std::int32_t> order;  // kind of each layer in the middle; shape [blocks]
  Layer exit;                       // head and loss
  bool tied_head = false;           // the head's weights are the embedding's: `exit` counts none
  double tokens_per_sample = 0;     // 0 for models that count samples
  Bytes sample_input;               // bytes that one sample brings from the host
  std::int64_t heads = 1;           // a tensor-parallel degree must divide them
  std::int64_t kv_heads = 1;        // as must one that exchanges heads for tokens (Ulysses)
  std::int64_t experts = 0;  // of a layer that has any; an expert-parallel degree divides them
  double active_share = 1;   // of `expert_parameters`, used by one token

  [[nodiscard]] std::int64_t blocks() const { return static_cast<std::int64_t>(order.size()); }
  [[nodiscard]] const Layer& block(std::int64_t index) const {
    return kinds[static_cast<std::size_t>(order[static_cast<std::size_t>(index)])];
  }
};

// Parameters of the whole model, tied ones once.
double parameters(const Model& model);
// Those whose weights are not frozen.
double trained_parameters(const Model& model);
// Those that one token meets: experts that it is not sent to left out.
double active_parameters(const Model& model);

// Forward work of one sample: matrix products and attention, the field's "model FLOPs" (no
// recomputation). Training costs three times this, but for frozen weights (training_work).
Flops forward_work(const Operator& op);
Flops forward_work(const Layer& layer);
Flops forward_work(const Model& model);
// Forward and backward: two products for each forward one, one where weights are frozen.
Flops training_work(const Model& model);

}  // namespace trainyard::model
