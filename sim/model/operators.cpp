#include "model/operators.hpp"

#include <utility>

namespace trainyard::model {
namespace {

std::string name(Point point) {
  switch (point) {
    case Point::none:
      break;
    case Point::tensor_enter:
      return "tensor enter";
    case Point::tensor_leave:
      return "tensor leave";
    case Point::context_keys:
      return "context keys";
    case Point::context_enter:
      return "context enter";
    case Point::context_leave:
      return "context leave";
    case Point::expert_dispatch:
      return "expert dispatch";
    case Point::expert_combine:
      return "expert combine";
  }
  return "";
}

}  // namespace

Operator gemm(std::string name, double tokens, double inner, double columns, Split split) {
  Operator op;
  op.name = std::move(name);
  op.kind = OperatorKind::gemm;
  op.split = split;
  op.tokens = tokens;
  op.columns = columns;
  op.inner = inner;
  op.stored = Bytes(bytes_per_element * tokens * inner);
  return op;
}

Operator memory_bound(std::string name, double elements, double passes, Split split) {
  Operator op;
  op.name = std::move(name);
  op.kind = OperatorKind::memory_bound;
  op.split = split;
  op.tokens = elements;
  op.traffic = Bytes(bytes_per_element * elements * passes);
  return op;
}

Operator norm(std::string name, double elements) {
  return keeping(memory_bound(std::move(name), elements, 2, Split::tokens),
                 Bytes(bytes_per_element * elements));
}

Operator exchange(Point point, double elements) {
  Operator op;
  op.name = name(point);
  op.kind = OperatorKind::exchange;
  op.point = point;
  op.traffic = Bytes(bytes_per_element * elements);
  return op;
}

Operator keeping(Operator op, Bytes stored) {
  op.stored = stored;
  return op;
}

double weights(const Operator& gemm) {
  return static_cast<double>(gemm.groups) * gemm.inner * gemm.columns;
}

}  // namespace trainyard::model
