#include "model/low_rank.hpp"

#include <algorithm>
#include <utility>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

template <class AnyModel, class Each>
void over_kinds(AnyModel& model, const Each& each) {
  each(model.entry);
  for (auto& layer : model.kinds) each(layer);
  each(model.exit);
}

// Divided so that no exchange is added but one of rank columns, which is left out: beside a product
// split by columns each rank makes the narrow columns of its tokens; beside one split by rows it
// makes a summand of them, which the product's own sum completes.
std::pair<Operator, Operator> adapter(const Operator& base, std::int64_t rank) {
  const auto columns = static_cast<double>(rank);
  const bool of_columns = base.split == Split::columns;
  Operator down = gemm(base.name + " adapter down", base.tokens, base.inner, columns,
                       of_columns ? Split::tokens : base.split);
  Operator up = gemm(base.name + " adapter up", base.tokens, columns, base.columns,
                     base.split == Split::rows ? Split::none : base.split);
  down.groups = up.groups = base.groups;
  down.expert = up.expert = base.expert;
  return {std::move(down), std::move(up)};
}

void adapt(Layer& layer, const LowRank& shape) {
  layer.frozen_parameters = layer.parameters;
  layer.frozen_expert_parameters = layer.expert_parameters;
  std::vector<Operator> all;
  for (Operator& op : layer.operators) {
    const bool product = op.kind == OperatorKind::gemm;
    op.frozen = product;
    if (product) op.stored = Bytes(0);
    all.push_back(op);
    if (!product || std::find(shape.on.begin(), shape.on.end(), op.name) == shape.on.end())
      continue;
    auto [down, up] = adapter(op, shape.rank);
    (op.expert ? layer.expert_parameters : layer.parameters) += weights(down) + weights(up);
    all.push_back(std::move(down));
    all.push_back(std::move(up));
  }
  layer.operators = std::move(all);
}

}  // namespace

std::vector<std::string> products(const Model& model) {
  std::vector<std::string> names;
  over_kinds(model, [&](const Layer& layer) {
    for (const Operator& op : layer.operators) {
      const bool listed = std::find(names.begin(), names.end(), op.name) != names.end();
      if (op.kind == OperatorKind::gemm && !listed) names.push_back(op.name);
    }
  });
  return names;
}

Model with_adapters(Model model, const LowRank& shape) {
  over_kinds(model, [&](Layer& layer) { adapt(layer, shape); });
  return model;
}

}  // namespace trainyard::model
