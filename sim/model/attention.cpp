#include "model/attention.hpp"

#include <utility>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

constexpr double bytes_per_statistic = 4;  // fp32

double output_elements(const AttentionShape& shape) {
  return shape.queries * output_columns(shape);
}

double input_elements(const AttentionShape& shape) {
  return shape.queries * (shape.width + key_value_columns(shape));
}

double value_elements(const AttentionShape& shape) {
  return shape.queries * (key_value_columns(shape) - shape.kv_width);
}

double score_elements(const AttentionShape& shape) {
  return shape.heads * shape.queries * shape.context;
}

Flops score_work(const AttentionShape& shape) {
  return Flops(2 * shape.queries * shape.context * shape.width);
}

Flops value_work(const AttentionShape& shape) {
  return Flops(2 * output_elements(shape) * shape.context);
}

Operator part(const char* name, const AttentionShape& shape, Flops work, double elements) {
  Operator op;
  op.name = name;
  op.kind = OperatorKind::attention;
  op.split = Split::heads;
  op.tokens = shape.queries;
  op.columns = shape.context;
  op.inner = (shape.width + output_columns(shape)) / (2 * shape.heads);
  op.groups = static_cast<std::int64_t>(shape.heads);
  op.work = work;
  op.traffic = Bytes(bytes_per_element * elements);
  return op;
}

Operator unfused_part(const char* name, const AttentionShape& shape, Flops work, double elements) {
  Operator op = part(name, shape, work, elements);
  op.fused = false;
  return op;
}

// Korthikanti et al., arXiv 2205.05198, section 4.1: softmax output, dropout mask of one byte and
// dropout output, 5 a s^2 b bytes with dropout and 2 a s^2 b without. Queries and keys are kept
// with the values, since selective recomputation makes the scores again from them.
std::vector<Operator> unfused(const AttentionShape& shape) {
  const double scores = score_elements(shape);
  const double inputs = input_elements(shape);
  const double values = value_elements(shape);
  Operator products =
      unfused_part("attention scores", shape, score_work(shape), inputs - values + scores);
  products.forgettable = true;
  // Softmax reads and writes; dropout too, and writes the mask.
  Operator softmax = keeping(memory_bound("softmax", scores, shape.dropout ? 4.5 : 2, Split::heads),
                             Bytes(scores * (shape.dropout ? 5 : 2)));
  softmax.forgettable = true;
  Operator sums = unfused_part("attention values", shape, value_work(shape),
                               scores + values + output_elements(shape));
  std::swap(sums.columns, sums.inner);
  return {products, softmax, keeping(sums, Bytes(bytes_per_element * inputs))};
}

}  // namespace

double key_value_columns(const AttentionShape& shape) {
  return shape.kv_width + (shape.value_width > 0 ? shape.value_width : shape.kv_width);
}

double output_columns(const AttentionShape& shape) {
  return shape.output_width > 0 ? shape.output_width : shape.width;
}

Operator attention(const AttentionShape& shape) {
  const Flops work = score_work(shape) + value_work(shape);
  return keeping(part("attention", shape, work * (shape.causal ? 0.5 : 1),
                      input_elements(shape) + output_elements(shape)),
                 Bytes(bytes_per_element * input_elements(shape) +
                       bytes_per_statistic * shape.heads * shape.queries));
}

std::vector<Operator> attention_core(const AttentionShape& shape) {
  std::vector<Operator> all{
      exchange(Point::context_enter, input_elements(shape)),
      exchange(Point::context_keys, shape.queries * key_value_columns(shape))};
  if (shape.kernel == AttentionKernel::fused) {
    all.push_back(attention(shape));
  } else {
    for (Operator& op : unfused(shape)) all.push_back(std::move(op));
  }
  all.push_back(exchange(Point::context_leave, output_elements(shape)));
  return all;
}

}  // namespace trainyard::model
