#include "model/operator_table.hpp"

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

std::vector<Operator> entered(const std::vector<Operator>& operators) {
  std::vector<Operator> all;
  std::size_t group = 0;  // where in `all` the open one begins
  for (const Operator& op : operators) {
    all.push_back(op);
    if (op.point != Point::tensor_leave) continue;
    const double elements = op.traffic.value() / bytes_per_element;
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(group),
               exchange(Point::tensor_enter, elements));
    group = all.size();
  }
  return all;
}

Layer end(const char* name, const OperatorTable& table) {
  Layer layer;
  layer.name = name;
  layer.tokens = table.tokens;
  layer.boundary = table.boundary;
  return layer;
}

}  // namespace

Model build(const OperatorTable& table) {
  Model model;
  model.progress = table.tokens > 0 ? Progress::tokens : Progress::samples;
  model.entry = end("entry", table);
  Layer layer = end("layer", table);
  layer.operators = entered(table.operators);
  layer.parameters = table.parameters / static_cast<double>(table.layers);
  model.kinds = {layer};
  model.order.assign(static_cast<std::size_t>(table.layers), 0);
  model.exit = end("exit", table);
  model.tokens_per_sample = table.tokens;
  model.sample_input = table.sample_input;
  model.heads = table.heads;
  model.kv_heads = table.heads;
  return model;
}

}  // namespace trainyard::model
