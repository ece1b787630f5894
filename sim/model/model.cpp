#include "model/model.hpp"

namespace trainyard::model {
namespace {

// Sums over all layers, entry and exit included, in the order of a forward pass.
template <class Sum, class Term>
Sum over_layers(const Model& model, const Term& term) {
  Sum sum = term(model.entry);
  for (std::int64_t i = 0; i < model.blocks(); ++i) sum += term(model.block(i));
  return sum += term(model.exit);
}

// Training multiplies once forward and twice backward, once where no gradient of weights is needed.
Flops training_work(const Layer& layer) {
  Flops sum;
  for (const Operator& op : layer.operators) sum += forward_work(op) * (op.frozen ? 2 : 3);
  return sum;
}

}  // namespace

double parameters(const Model& model) {
  return over_layers<double>(
      model, [](const Layer& layer) { return layer.parameters + layer.expert_parameters; });
}

double trained_parameters(const Model& model) {
  return over_layers<double>(model, [](const Layer& layer) {
    return layer.parameters + layer.expert_parameters - layer.frozen_parameters -
           layer.frozen_expert_parameters;
  });
}

double active_parameters(const Model& model) {
  return over_layers<double>(model, [&](const Layer& layer) {
    return layer.parameters + layer.expert_parameters * model.active_share;
  });
}

Flops forward_work(const Operator& op) {
  return op.kind == OperatorKind::gemm ? Flops(2 * op.tokens * op.columns * op.inner) : op.work;
}

Flops forward_work(const Layer& layer) {
  Flops sum;
  for (const Operator& op : layer.operators) sum += forward_work(op);
  return sum;
}

Flops forward_work(const Model& model) {
  return over_layers<Flops>(model, [](const Layer& layer) { return forward_work(layer); });
}

Flops training_work(const Model& model) {
  return over_layers<Flops>(model, [](const Layer& layer) { return training_work(layer); });
}

}  // namespace trainyard::model
