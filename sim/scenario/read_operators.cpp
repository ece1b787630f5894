// Models given as a plain table: operators.
#include <algorithm>
#include <initializer_list>

#include "base/catalog.hpp"
#include "model/operator_table.hpp"
#include "model/operators.hpp"
#include "scenario/read_architecture.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;

namespace {

constexpr double huge_parameters = 1e16;

// In the order of model::Split.
const std::vector<std::string> splits{"none", "columns", "rows", "heads", "tokens"};

struct Kind {
  std::string name;
  model::OperatorKind kind;
  model::Split split;  // unless it says otherwise
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> rows{
      {"gemm", model::OperatorKind::gemm, model::Split::none},
      {"attention", model::OperatorKind::attention, model::Split::heads},
      {"memory_bound", model::OperatorKind::memory_bound, model::Split::tokens},
      {"fixed", model::OperatorKind::fixed, model::Split::none},
      {"tensor_sum", model::OperatorKind::exchange, model::Split::none}};
  return rows;
}

// Members of one operator; kinds share one object, as architectures do.
class OperatorMembers {
 public:
  OperatorMembers(Object& object, std::string kind) : object_(object), kind_(std::move(kind)) {}

  // Whether operators of this kind have a member that these kinds have.
  [[nodiscard]] bool of(std::initializer_list<const char*> kinds) const {
    return kind_.empty() || std::find(kinds.begin(), kinds.end(), kind_) != kinds.end();
  }
  double count(const char* key, const char* doc) {
    Rule whole = rule(doc);
    whole.minimum = 1;
    whole.maximum = huge_count;
    return static_cast<double>(object_.integer(key, whole).value_or(1));
  }
  template <class Unit>
  Unit quantity(const char* key, const char* doc) {
    return object_.quantity<Unit>(key, rule(doc));
  }

 private:
  [[nodiscard]] Rule rule(const char* doc) const {
    return {.doc = doc,
            .presence = kind_.empty() ? Presence::optional : Presence::required,
            .minimum = 0};
  }

  Object& object_;
  std::string kind_;  // "" where unknown, or all
};

void read_division(Object& object, model::Operator& op) {
  const auto split =
      object.text("split", {.doc = "How a tensor-parallel group divides it; default: gemm none, "
                                   "attention heads, memory_bound tokens",
                            .presence = Presence::optional,
                            .one_of = splits});
  for (std::size_t i = 0; i < splits.size(); ++i) {
    if (split == splits[i]) op.split = static_cast<model::Split>(i);
  }
  const auto stored = object.optional_quantity<Bytes>(
      "stored",
      {.doc = "Kept for backward, a sample; default: gemm its inputs, else nothing", .minimum = 0});
  if (stored) op.stored = *stored;
}

model::Operator read_operator(const std::string& name, Object object) {
  const std::string kind =
      object.text("kind", {.doc = "What it is", .one_of = names(kinds())}).value_or("");
  const Kind* row = find_row(kinds(), kind);
  OperatorMembers members(object, row == nullptr ? "" : kind);
  model::Operator op;
  if (members.of({"gemm"})) {
    const double tokens = members.count("tokens", "Rows of a sample; gemm");
    const double inner = members.count("inner", "Columns that are multiplied away; gemm");
    const double columns = members.count("columns", "Columns of the output; gemm");
    op = model::gemm(name, tokens, inner, columns, model::Split::none);
  }
  if (members.of({"attention"})) {
    op.work = members.quantity<Flops>("work", "Forward, a sample; attention");
  }
  if (members.of({"attention", "memory_bound", "tensor_sum"})) {
    op.traffic = members.quantity<Bytes>(
        "bytes", "Read and written, or summed, a sample; attention, memory_bound, tensor_sum");
  }
  if (members.of({"fixed"})) {
    op.fixed_forward = members.quantity<Seconds>("forward", "Of a micro-batch; fixed");
    op.fixed_backward = members.quantity<Seconds>("backward", "Of a micro-batch; fixed");
  }
  op.name = name;
  if (row != nullptr) {
    op.kind = row->kind;
    op.split = row->split;
  }
  if (op.kind == model::OperatorKind::exchange) op.point = model::Point::tensor_leave;
  if (members.of({"gemm", "attention", "memory_bound"})) read_division(object, op);
  return op;
}

}  // namespace

model::Model read_operators(ModelMembers& members) {
  model::OperatorTable table;
  table.layers = members.count("layers", "Transformer layers", huge_degree);
  table.heads =
      members.count_or("heads", "What a tensor-parallel degree must divide; default 1", 1);
  table.parameters =
      members.number("parameters", "Of the whole model, spread evenly over its layers; operators",
                     huge_parameters);
  table.tokens = static_cast<double>(
      members.count_or("tokens", "Of a sample; default none: samples are counted; operators", 0));
  table.boundary =
      members.quantity<Bytes>("boundary", "What a layer hands to the next, a sample; operators");
  table.sample_input = members.quantity_or_none<Bytes>(
      "sample_input", "What a sample brings from the host; default nothing; operators");
  members.each("operators",
               "Operators of a layer by name, in the order of a forward pass; a tensor_sum adds up "
               "what those since the last one made",
               Presence::required, [&](const std::string& name, Object object) {
                 table.operators.push_back(read_operator(name, std::move(object)));
               });
  if (members.sound() && table.operators.empty()) {
    members.problem("operators", "no operator", "give at least one");
  }
  return build(table);
}

}  // namespace trainyard::scenario
