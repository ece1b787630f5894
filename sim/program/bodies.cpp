#include "program/bodies.hpp"

#include <algorithm>
#include <iterator>

#include "program/braid.hpp"

namespace trainyard::program {

using collective::Operation;
using parallelism::Sharding;
using pipeline::Pass;

namespace {

std::string_view name(Pass pass) {
  switch (pass) {
    case Pass::forward:
      return "forward";
    case Pass::backward:
      return "backward";
    case Pass::input_gradient:
      return "input gradient";
    case Pass::weight_gradient:
      return "weight gradient";
  }
  return "";
}

std::int32_t index(Channel channel) {
  return static_cast<std::int32_t>(channel);
}

}  // namespace

BodyBuilder::BodyBuilder(const StageContext& context, std::int64_t stage, Role& role)
    : context_(context),
      plan_(context.plan),
      stage_(stage),
      role_(role),
      held_(held(context.plan, stage)),
      parameters_(parallelism::parameters(context.model, context.plan.request, held_)),
      memory_(parallelism::memory(context.model, context.plan, held_)) {
  std::int64_t in_flight = 0;
  for (const parallelism::Held& each : held_) {
    chunks_.push_back(context.passes.chunk(each));
    in_flight += each.in_flight;
  }
  streaming_ = parallelism::streaming(memory_, context.node, in_flight);
  // The copy of a tied embedding is exchanged with the last layer.
  if (parallelism::holds_tied_copy(context.model, held_)) {
    chunks_.back().layers.back().parameters +=
        parallelism::parameters(context.model.entry, plan_.request);
  }
}

bool BodyBuilder::reduces() const {
  return peers(Channel::gradients) || peers(Channel::expert_gradients) || peers(Channel::replicas);
}

bool BodyBuilder::gathers() const {
  if (!peers(Channel::parameters)) return false;
  if (plan_.request.sharding == Sharding::parameters) return true;
  return plan_.request.sharding != Sharding::none && plan_.request.overlap_parameters;
}

std::int32_t BodyBuilder::begin(std::string_view label) {
  role_.bodies.push_back({.begin = static_cast<std::int32_t>(role_.instructions.size()),
                          .label = context_.labels(label)});
  return static_cast<std::int32_t>(role_.bodies.size()) - 1;
}

std::int32_t BodyBuilder::end() {
  role_.bodies.back().end = static_cast<std::int32_t>(role_.instructions.size());
  return static_cast<std::int32_t>(role_.bodies.size()) - 1;
}

void BodyBuilder::add(Verb verb, Activity activity, std::int32_t index, double amount) {
  role_.instructions.push_back(
      {.amount = amount, .index = index, .verb = verb, .activity = activity});
}

void BodyBuilder::compute(Activity activity, Seconds time, std::string_view name) {
  if (time <= Seconds(0)) return;
  add(Verb::compute, activity, 0, time.value());
  role_.instructions.back().label = context_.labels(name);
}

// Offers the exchange; one with a closed form, which has the links for itself, just takes its time.
void BodyBuilder::exchange(Channel channel, Operation operation, Bytes buffer, Activity activity) {
  if (buffer <= Bytes(0)) return;
  const std::int32_t number = context_.exchanges.pattern(channel, operation, buffer);
  const Pattern& pattern = context_.exchanges.at(number);
  if (pattern.phases.empty()) {
    const bool hides = channel == Channel::tensor && plan_.request.overlap_tensor;
    const double shown = hides ? 1 - plan_.request.software.tensor_overlap : 1;
    compute(activity, (pattern.fixed + Seconds(pattern.per_byte * buffer.value())) * shown,
            channel_names[static_cast<std::size_t>(channel)]);
  } else {
    add(Verb::exchange, activity, number, buffer.value());
  }
}

void BodyBuilder::join(Channel channel, Activity activity, double open) {
  if (context_.exchanges.played(channel)) add(Verb::join, activity, index(channel), open);
}

void BodyBuilder::items(const Items& items) {
  for (const Item& item : items) {
    switch (item.kind) {
      case Item::Kind::compute:
        compute(item.activity, item.time, *item.name);
        break;
      case Item::Kind::exchange:
        exchange(item.channel, item.operation, item.buffer, item.activity);
        join(item.channel, item.activity);
        break;
      case Item::Kind::offer:
        exchange(item.channel, item.operation, item.buffer, item.activity);
        break;
      case Item::Kind::join:
        join(item.channel, item.activity);
        break;
    }
  }
}

const Items& BodyBuilder::items_of(const StageLayer& layer, Pass pass) const {
  switch (pass) {
    case Pass::forward:
      return layer.passes->forward;
    case Pass::backward:
      return layer.passes->backward;
    case Pass::input_gradient:
      return layer.passes->input_gradient;
    case Pass::weight_gradient:
      return layer.passes->weight_gradient;
  }
  return layer.passes->forward;
}

// Waited for before anything else is computed.
void BodyBuilder::gather_alone(const StageLayer& layer) {
  const Seconds others = beside_;
  gather(layer);
  beside_ = others;
}

void BodyBuilder::layers(const BodyKey& key) {
  const auto& all = chunk(key.chunk).layers;
  std::vector<const StageLayer*> order;
  for (const StageLayer& layer : all) order.push_back(&layer);
  if (key.pass != Pass::forward) std::reverse(order.begin(), order.end());
  const bool ahead = plan_.request.overlap_parameters;
  Bucket open;
  beside_ = key.gathers && !later_.empty() ? beside_ahead(key.chunk) : Seconds(0);
  const auto& held = held_[static_cast<std::size_t>(key.chunk)];
  const std::int64_t last = parallelism::layers_of(context_.model, plan_.request, held).first +
                            (chunk(key.chunk).first ? 0 : 1) +
                            static_cast<std::int64_t>(order.size()) - 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const StageLayer* next = ahead && i + 1 < order.size() ? order[i + 1] : nullptr;
    if (key.gathers && !later_.empty()) {
      await_ahead(key.chunk, i);
    } else if (key.gathers) {
      if (i == 0 || !ahead) gather_alone(*order[i]);
      if (next != nullptr) gather(*next);
      await_gathered(*order[i], next);
    }
    items(items_of(*order[i], key.pass));
    slow_down(items_of(*order[i], key.pass));
    if (key.notes) note(last - static_cast<std::int64_t>(i));
    if (key.reduces) bucket(*order[i], i + 1 == order.size(), open);
  }
}

void BodyBuilder::note(std::int64_t layer) {
  add(Verb::note, Activity::finished, static_cast<std::int32_t>(layer), 0);
}

void BodyBuilder::settle(std::int32_t lane) {
  if (lane != none) add(Verb::settle, Activity::pipeline_wait, lane, 0);
}

void BodyBuilder::receive(const BodyKey& key) {
  if (key.receives_input) add(Verb::receive, Activity::input_wait, lane::input, 0);
  const std::int32_t lane = lane_in(plan_.request, {stage_, key.chunk}, key.pass);
  if (lane != none) add(Verb::receive, Activity::pipeline_wait, lane, 0);
}

void BodyBuilder::send(const BodyKey& key) {
  const std::int32_t lane = lane_out(plan_.request, {stage_, key.chunk}, key.pass);
  if (lane == none) return;
  const auto parts =
      static_cast<double>(plan_.context() * (plan_.request.sequence_parallel ? plan_.tensor() : 1));
  const Bytes boundary =
      context_.model.block(0).boundary * (static_cast<double>(plan_.micro_batch()) / parts);
  add(Verb::send, Activity::pipeline_wait, lane, boundary.value());
}

// What the pass streams from shared memory runs beside computing; only what is longer shows.
void BodyBuilder::stream(const BodyKey& key) {
  if (key.pass == Pass::weight_gradient) return;
  const Bytes streamed = (key.pass == Pass::forward ? streaming_.forward : streaming_.backward) /
                         static_cast<double>(chunks());
  if (streamed <= Bytes(0)) return;
  Seconds beside;
  for (const StageLayer& layer : chunk(key.chunk).layers) {
    beside += computing(items_of(layer, key.pass));
  }
  compute(Activity::memory_stream,
          streamed / parallelism::streaming_bandwidth(context_.node) - beside, "streaming");
}

std::int32_t BodyBuilder::body(const BodyKey& key) {
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const std::int32_t number = begin(name(key.pass));
  receive(key);
  settle(key.settles);
  layers(key);
  stream(key);
  send(key);
  known_.emplace(key, number);
  return end();
}

bool BodyBuilder::pairs() const {
  return context_.schedule.layout == pipeline::Layout::two_way && context_.model.experts > 0 &&
         peers(Channel::expert);
}

// What the pass does once its input is there, taken out of the role again.
std::vector<Instruction> BodyBuilder::strand(const BodyKey& key) {
  auto& all = role_.instructions;
  const std::size_t first = all.size();
  layers(key);
  stream(key);
  send(key);
  std::vector<Instruction> strand(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
  all.resize(first);
  return strand;
}

std::int32_t BodyBuilder::pair(const BodyKey& forward, const BodyKey& backward) {
  const auto [found, fresh] = known_pairs_.try_emplace({forward, backward}, none);
  if (!fresh) return found->second;
  found->second = begin("forward and backward");
  receive(forward);
  receive(backward);
  const auto first = strand(forward);
  const auto second = strand(backward);
  const auto both = braided(first, second, index(Channel::expert), context_.exchanges.patterns());
  role_.instructions.insert(role_.instructions.end(), both.begin(), both.end());
  return end();
}

std::int32_t BodyBuilder::input() {
  if (input_ != none) return input_;
  input_ = begin("input");
  const auto parts = static_cast<double>(plan_.tensor() * plan_.context());
  const Bytes bytes =
      context_.model.sample_input * (static_cast<double>(plan_.micro_batch()) / parts);
  add(Verb::send, Activity::input_wait, lane::input, bytes.value());
  return end();
}

// A tied head that stands on another stage than the embedding has its own copy.
bool BodyBuilder::keeps_embedding_equal() const {
  const bool apart = context_.schedule.layout == pipeline::Layout::straight ||
                     context_.schedule.layout == pipeline::Layout::looped;
  return context_.model.tied_head && apart && plan_.pipeline() > 1 &&
         (stage_ == 0 || stage_ == plan_.pipeline() - 1);
}

void BodyBuilder::optimize() {
  const Seconds time =
      update_duration(chunks_, memory_.optimizer.value() / parallelism::state_bytes(plan_.request),
                      plan_, context_.node.accelerator);
  compute(Activity::optimizer, time, "optimizer");
  if (streaming_.optimizer > Bytes(0)) {
    compute(Activity::memory_stream,
            streaming_.optimizer / parallelism::streaming_bandwidth(context_.node) - time,
            "streaming");
  }
}

std::int32_t BodyBuilder::update(std::int32_t settles) {
  begin("update");
  settle(settles);
  finish_gradients();
  if (context_.notes == Notes::gradients) note(all_gradients);
  optimize();
  gather_all();
  if (std::any_of(chunks_.begin(), chunks_.end(), [](const Chunk& chunk) { return chunk.first; })) {
    add(Verb::receive, Activity::input_wait, lane::input, 0);
  }
  return end();
}

}  // namespace trainyard::program
