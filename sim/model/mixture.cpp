#include "model/mixture.hpp"

#include <utility>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

Operator of_experts(Operator op, std::int64_t experts) {
  op.expert = true;
  if (op.kind == OperatorKind::gemm) op.groups = experts;
  return op;
}

// Its inputs are the router's, which keeps them.
Part shared_experts(const Stream& stream, const FeedForwardShape& shape) {
  const Operator up = keeping(
      gemm("shared expert up", stream.tokens, stream.hidden, up_columns(shape), Split::columns),
      Bytes(0));
  const Operator down =
      gemm("shared expert down", stream.tokens, shape.ffn, stream.hidden, Split::rows);
  return {.operators = {exchange(Point::tensor_enter, stream.elements()), up,
                        activation("shared expert activation", stream.tokens, shape, Split::heads),
                        down, exchange(Point::tensor_leave, stream.elements())},
          .parameters = weights(up) + weights(down)};
}

// Moving rows by an index reaches less of the memory's bandwidth than streaming: 0.50 against 0.67
// on B200 (SimuMax, permutation forward and backward).
constexpr double scattered = 4.0 / 3;

// Each token stands once for each expert that it goes to. The gate's gradient needs the experts'
// outputs, so that the weighted sum keeps them.
Part routed_experts(const Stream& stream, const MixtureShape& shape) {
  const double copies = stream.tokens * shape.experts_per_token;
  const double elements = copies * stream.hidden;
  const Operator up =
      of_experts(gemm("expert up", copies, stream.hidden, up_columns(shape.expert), Split::tokens),
                 shape.experts);
  const Operator down = of_experts(
      gemm("expert down", copies, shape.expert.ffn, stream.hidden, Split::tokens), shape.experts);
  const double passes = (shape.experts_per_token + 1) * scattered;
  const auto sent = [&](Point point) {
    Operator op = exchange(point, elements);
    op.groups = static_cast<std::int64_t>(shape.experts_per_token);
    return op;
  };
  return {
      .operators = {memory_bound("sort by expert", stream.elements(), passes, Split::tokens),
                    sent(Point::expert_dispatch), up,
                    of_experts(activation("expert activation", copies, shape.expert, Split::tokens),
                               shape.experts),
                    down, sent(Point::expert_combine),
                    keeping(memory_bound("weighted sum", stream.elements(), passes, Split::tokens),
                            Bytes(bytes_per_element * elements))},
      .expert_parameters = weights(up) + weights(down)};
}

}  // namespace

Part mixture(const Stream& stream, const MixtureShape& shape) {
  const Operator router = gemm("router", stream.tokens, stream.hidden,
                               static_cast<double>(shape.experts), Split::tokens);
  Part part{.operators = {norm("feed-forward norm", stream.elements()), router},
            .parameters = weights(router)};
  if (shape.shared.ffn > 0) {
    Part shared = shared_experts(stream, shape.shared);
    append(part.operators, std::move(shared.operators));
    part.parameters += shared.parameters;
  }
  Part routed = routed_experts(stream, shape);
  append(part.operators, std::move(routed.operators));
  part.operators.push_back(residual("feed-forward residual", stream));
  part.expert_parameters = routed.expert_parameters;
  return part;
}

}  // namespace trainyard::model
