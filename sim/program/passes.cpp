#include "program/passes.hpp"

#include <algorithm>

#include "kernel/operators.hpp"
#include "parallelism/memory.hpp"

namespace trainyard::program {
namespace {

using collective::Operation;
using model::OperatorKind;
using model::Point;
using parallelism::Context;
using parallelism::Recompute;

Activity activity_of(const model::Operator& op) {
  switch (op.kind) {
    case OperatorKind::gemm:
      return Activity::gemm;
    case OperatorKind::attention:
      return Activity::attention;
    case OperatorKind::memory_bound:
      return Activity::memory_bound;
    default:
      return Activity::measured;
  }
}

double attention_quality(const parallelism::Plan& plan, const hardware::Accelerator& accelerator) {
  const parallelism::Software& software = plan.request.software;
  return software.attention_quality * (software.attention == parallelism::AttentionKind::portable
                                           ? accelerator.kernel.attention_portable
                                           : 1);
}

class PassBuilder {
 public:
  PassBuilder(const model::Layer& layer, const parallelism::Plan& plan,
              const hardware::Accelerator& accelerator);
  Passes build();

 private:
  enum class Gradient { both, inputs, weights };

  void forward(Items& items, bool again);
  void backward(Items& items, Gradient gradient);
  void forward_point(Items& items, const model::Operator& op);
  void backward_point(Items& items, const model::Operator& op);
  void experts(Items& items, const model::Operator& op, double precision);
  void attention(Items& items, const model::Operator& op, Seconds time, Activity activity,
                 double keys);
  void exchange(Items& items, const model::Operator& op, Channel channel, Operation operation,
                Bytes buffer);
  [[nodiscard]] double starts(const model::Operator& op, double products) const;
  void await_host(Items& items) const;
  [[nodiscard]] bool has(Channel channel) const { return used(plan_, channel); }
  [[nodiscard]] bool rings() const {
    return has(Channel::context) && plan_.request.context_kind == Context::ring;
  }
  // Of the whole buffer of an exchange point, what the ranks that divide the sequence and the
  // tensor group leave to one rank.
  [[nodiscard]] Bytes of_micro_batch(const model::Operator& op) const;
  [[nodiscard]] Bytes over_sequence(const model::Operator& op) const;
  [[nodiscard]] Bytes over_tokens(const model::Operator& op) const;
  [[nodiscard]] double to_experts() const;

  const model::Layer& layer_;
  const parallelism::Plan& plan_;
  std::vector<kernel::Duration> time_;        // of each operator
  const model::Operator* keys_ = nullptr;     // what travels in ring attention
  const model::Operator* carrier_ = nullptr;  // beside which operator
};

PassBuilder::PassBuilder(const model::Layer& layer, const parallelism::Plan& plan,
                         const hardware::Accelerator& accelerator)
    : layer_(layer), plan_(plan) {
  const kernel::Share share{.tensor = plan.tensor(),
                            .sequence_parallel = plan.request.sequence_parallel,
                            .context = plan.context(),
                            .expert = plan.expert(),
                            .expert_load = plan.request.expert_load,
                            .micro_batch = plan.micro_batch(),
                            .precision = plan.request.precision,
                            .gemm_quality = plan.request.software.gemm_quality,
                            .attention_quality = attention_quality(plan, accelerator),
                            .accumulation = plan.request.software.fused_updates
                                                ? kernel::Accumulation::fused
                                                : kernel::Accumulation::separate,
                            .gradient_bytes = parallelism::gradient_bytes(plan.request),
                            .stream_traffic = plan.request.software.stream_traffic};
  for (const model::Operator& op : layer.operators) {
    time_.push_back(kernel::duration(op, share, accelerator));
    if (op.point == Point::context_keys) keys_ = &op;
    if (op.kind == OperatorKind::attention && carrier_ == nullptr) carrier_ = &op;
  }
}

Bytes PassBuilder::of_micro_batch(const model::Operator& op) const {
  return op.traffic * static_cast<double>(plan_.micro_batch());
}
Bytes PassBuilder::over_sequence(const model::Operator& op) const {
  return of_micro_batch(op) / static_cast<double>(plan_.context());
}
// A token that goes to several experts of a node travels there once (DeepSeek-V3, arXiv 2412.19437,
// section 3.2.2).
Bytes PassBuilder::over_tokens(const model::Operator& op) const {
  const bool divided = plan_.request.sequence_parallel;
  const double copies = plan_.request.expert_nodes > 0
                            ? std::min(1.0, static_cast<double>(plan_.request.expert_nodes) /
                                                static_cast<double>(op.groups))
                            : 1;
  return over_sequence(op) / static_cast<double>(divided ? plan_.tensor() : 1) *
         (copies * plan_.request.expert_load);
}

// On the way to experts, tokens and gradients are in fp8 where products are that or narrower; sums
// on the way back are in bf16.
double PassBuilder::to_experts() const {
  return hardware::narrow(plan_.request.precision) ? 0.5 : 1;
}

void PassBuilder::exchange(Items& items, const model::Operator& op, Channel channel,
                           Operation operation, Bytes buffer) {
  const Activity activity = channel == Channel::tensor    ? Activity::tensor_exchange
                            : channel == Channel::context ? Activity::context_exchange
                                                          : Activity::expert_exchange;
  items.push_back({.kind = Item::Kind::exchange,
                   .activity = activity,
                   .name = &op.name,
                   .channel = channel,
                   .operation = operation,
                   .buffer = buffer});
}

// Tensor parallelism after Shoeybi et al. (arXiv 1909.08053, section 3), with sequence parallelism
// after Korthikanti et al. (arXiv 2205.05198, section 4.2.2). There backward also gathers the
// stored inputs of products by columns again, beside their first gradient: left out, as hidden.
void PassBuilder::forward_point(Items& items, const model::Operator& op) {
  const bool divided = plan_.request.sequence_parallel;
  switch (op.point) {
    case Point::tensor_enter:
      if (has(Channel::tensor) && divided) {
        exchange(items, op, Channel::tensor, Operation::all_gather, over_sequence(op));
      }
      break;
    case Point::tensor_leave:
      if (has(Channel::tensor)) {
        exchange(items, op, Channel::tensor,
                 divided ? Operation::reduce_scatter : Operation::all_reduce, over_sequence(op));
      }
      break;
    case Point::context_keys:
      if (has(Channel::context) && plan_.request.context_kind == Context::all_gather) {
        exchange(items, op, Channel::context, Operation::all_gather,
                 of_micro_batch(op) / static_cast<double>(plan_.tensor()));
      }
      break;
    case Point::context_enter:
    case Point::context_leave:
      if (has(Channel::context) && plan_.request.context_kind == Context::ulysses) {
        exchange(items, op, Channel::context, Operation::all_to_all,
                 over_sequence(op) / static_cast<double>(plan_.tensor()));
      }
      break;
    case Point::expert_dispatch:
      experts(items, op, to_experts());
      break;
    case Point::expert_combine:
      experts(items, op, 1);
      break;
    case Point::none:
      break;
  }
}

void PassBuilder::backward_point(Items& items, const model::Operator& op) {
  const bool divided = plan_.request.sequence_parallel;
  switch (op.point) {
    case Point::tensor_enter:
      if (has(Channel::tensor)) {
        exchange(items, op, Channel::tensor,
                 divided ? Operation::reduce_scatter : Operation::all_reduce, over_sequence(op));
      }
      break;
    case Point::tensor_leave:
      if (has(Channel::tensor) && divided) {
        exchange(items, op, Channel::tensor, Operation::all_gather, over_sequence(op));
      }
      break;
    case Point::context_keys:
      if (has(Channel::context) && plan_.request.context_kind == Context::all_gather) {
        exchange(items, op, Channel::context, Operation::reduce_scatter,
                 of_micro_batch(op) / static_cast<double>(plan_.tensor()));
      }
      break;
    case Point::expert_dispatch:
      experts(items, op, 1);
      break;
    case Point::expert_combine:
      experts(items, op, to_experts());
      break;
    default:
      forward_point(items, op);
  }
}

void PassBuilder::experts(Items& items, const model::Operator& op, double precision) {
  if (!has(Channel::expert)) return;
  exchange(items, op, Channel::expert, Operation::all_to_all, over_tokens(op) * precision);
}

// Ring attention passes keys and values on while it computes (Liu et al., arXiv 2310.01889); in
// backward their gradients travel along, twice the bytes.
void PassBuilder::attention(Items& items, const model::Operator& op, Seconds time,
                            Activity activity, double keys) {
  const bool travels = rings() && keys_ != nullptr && &op == carrier_;
  if (travels) {
    exchange(items, *keys_, Channel::context, Operation::all_gather,
             of_micro_batch(*keys_) / static_cast<double>(plan_.tensor()) * keys);
    items.back().kind = Item::Kind::offer;
  }
  items.push_back({.activity = activity, .name = &op.name, .time = time});
  if (!travels) return;
  exchange(items, *keys_, Channel::context, Operation::all_gather, Bytes(0));
  items.back().kind = Item::Kind::join;
}

void PassBuilder::forward(Items& items, bool again) {
  for (std::size_t i = 0; i < layer_.operators.size(); ++i) {
    const model::Operator& op = layer_.operators[i];
    const Activity activity = again ? Activity::recompute : activity_of(op);
    if (op.kind == OperatorKind::exchange) {
      forward_point(items, op);
    } else if (op.kind == OperatorKind::attention) {
      attention(items, op, time_[i].forward, activity, 1);
    } else {
      items.push_back({.activity = activity,
                       .name = &op.name,
                       .time = time_[i].forward,
                       .starts = starts(op, 1)});
    }
  }
}

void PassBuilder::backward(Items& items, Gradient gradient) {
  const bool weights_only = gradient == Gradient::weights;
  if (plan_.request.recompute == Recompute::full && !weights_only) forward(items, true);
  for (std::size_t i = layer_.operators.size(); i-- > 0;) {
    const model::Operator& op = layer_.operators[i];
    if (op.kind == OperatorKind::exchange) {
      if (!weights_only) backward_point(items, op);
      continue;
    }
    const Seconds time = gradient == Gradient::both     ? time_[i].backward()
                         : gradient == Gradient::inputs ? time_[i].input_gradient
                                                        : time_[i].weight_gradient;
    const bool again =
        plan_.request.recompute == Recompute::selective && (op.forgettable || op.remade > Bytes(0));
    if (again && !weights_only) {
      items.push_back({.activity = Activity::recompute,
                       .name = &op.name,
                       .time = time_[i].forward,
                       .starts = starts(op, 1)});
    }
    if (time <= Seconds(0)) continue;
    if (op.kind == OperatorKind::attention && !weights_only) {
      attention(items, op, time, activity_of(op), 2);
    } else {
      const double products = gradient == Gradient::both && !op.frozen ? 2 : 1;
      items.push_back({.activity = activity_of(op),
                       .name = &op.name,
                       .time = time,
                       .starts = starts(op, products)});
    }
  }
}

// How many times the host starts something for `products` products, or one other operator: one
// after the other where experts are not grouped, and twice where what they read is cast before.
double PassBuilder::starts(const model::Operator& op, double products) const {
  const parallelism::Software& software = plan_.request.software;
  if (op.kind == OperatorKind::memory_bound) return software.stream_traffic;
  if (op.kind != OperatorKind::gemm) return 1;
  const auto held = static_cast<double>(op.groups) /
                    static_cast<double>(op.expert ? plan_.expert() * plan_.tensor() : 1);
  const double each = software.grouped_experts ? 1 : std::max(1.0, held);
  return each * products * (hardware::narrow(plan_.request.precision) ? 2 : 1);
}

// What the host takes to start the kernels of a pass beyond what they take to run. Hosts run ahead
// within a pass, so that only sums count.
void PassBuilder::await_host(Items& items) const {
  static const std::string name = "host";
  const Seconds each = plan_.request.software.host;
  if (each <= Seconds(0)) return;
  double starts = 0;
  Seconds running;
  for (const Item& item : items) {
    starts += item.starts;
    running += item.time;
  }
  const Seconds waiting = each * starts - running;
  if (waiting <= Seconds(0)) return;
  items.push_back({.activity = Activity::host_wait, .name = &name, .time = waiting});
}

Passes PassBuilder::build() {
  Passes passes;
  forward(passes.forward, false);
  backward(passes.backward, Gradient::both);
  backward(passes.input_gradient, Gradient::inputs);
  backward(passes.weight_gradient, Gradient::weights);
  for (Items* items :
       {&passes.forward, &passes.backward, &passes.input_gradient, &passes.weight_gradient}) {
    await_host(*items);
  }
  return passes;
}

}  // namespace

Passes passes(const model::Layer& layer, const parallelism::Plan& plan,
              const hardware::Accelerator& accelerator) {
  return PassBuilder(layer, plan, accelerator).build();
}

Passes passes(const parallelism::LayerTime& time, Recompute recompute) {
  static const std::string name = "layer";
  const auto item = [](Activity activity, Seconds duration) {
    return Item{.activity = activity, .name = &name, .time = duration};
  };
  Passes passes;
  passes.forward = {item(Activity::measured, time.forward)};
  if (recompute == Recompute::full) {
    passes.backward = {item(Activity::recompute, time.forward)};
    passes.input_gradient = passes.backward;
  }
  // Tables do not tell the two gradients apart: of products, nearly all of the work, they are
  // halves.
  const Item half = item(Activity::measured, time.backward / 2);
  passes.backward.push_back(item(Activity::measured, time.backward));
  passes.input_gradient.push_back(half);
  passes.weight_gradient = {half};
  return passes;
}

}  // namespace trainyard::program
