// What is trained, as layers of operators: work, bytes, matrix shapes. Knows no hardware and no
// parallel plan, only which operators a tensor-parallel group can divide. A *sample* is one
// sequence of a language model or one clip of a video model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace trainyard::model {

enum class OperatorKind { gemm, attention, memory_bound };

// Along which dimension a tensor-parallel group divides an operator.
enum class Split { none, columns, rows, heads, tokens };

// One operator on one sample, forward. Matrix products are [tokens, inner] x [inner, columns].
struct Operator {
  std::string name;
  OperatorKind kind = OperatorKind::gemm;
  Split split = Split::none;
  double tokens = 0;
  double columns = 0;
  double inner = 0;
  Flops work;     // of attention: the two products, masked half left out where causal
  Bytes traffic;  // of attention and memory-bound operators: bytes read and written
};

// Activations are bf16, two bytes an element.
inline constexpr double bytes_per_element = 2;

struct Layer {
  std::string name;
  std::vector<Operator> operators;
  double parameters = 0;
  double tokens = 0;             // of one sample
  Bytes boundary;                // what it hands on, a sample
  Bytes stored_whole;            // kept for backward by every rank of a tensor-parallel group
  Bytes stored_divided;          // kept for backward, divided over the group
  std::int64_t all_reduces = 0;  // of `boundary`, forward, by a tensor-parallel group
};

// What progress is counted in besides samples.
enum class Progress { tokens, samples };

struct Model {
  std::string name;
  std::string summary;
  Progress progress = Progress::tokens;
  std::int64_t blocks = 0;  // equal layers in the middle
  Layer entry;              // embedding
  Layer block;
  Layer exit;                    // head and loss
  double tokens_per_sample = 0;  // 0 for models that count samples
  Bytes sample_input;            // bytes that one sample brings from the host
  std::int64_t heads = 1;        // a tensor-parallel degree must divide them
};

// Parameters of the whole model.
double parameters(const Model& model);

// Forward work of one sample: matrix products and attention, the field's "model FLOPs" (no
// recomputation). Training costs three times this.
Flops forward_work(const Layer& layer);
Flops forward_work(const Model& model);

}  // namespace trainyard::model
