#include "model/model.hpp"

namespace trainyard::model {

double parameters(const Model& model) {
  return model.entry.parameters + static_cast<double>(model.blocks) * model.block.parameters +
         model.exit.parameters;
}

Flops forward_work(const Layer& layer) {
  Flops sum;
  for (const Operator& op : layer.operators) {
    sum += op.kind == OperatorKind::gemm ? Flops(2 * op.tokens * op.columns * op.inner) : op.work;
  }
  return sum;
}

Flops forward_work(const Model& model) {
  return forward_work(model.entry) + forward_work(model.block) * static_cast<double>(model.blocks) +
         forward_work(model.exit);
}

}  // namespace trainyard::model
