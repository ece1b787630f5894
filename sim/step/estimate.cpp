#include "step/estimate.hpp"

#include <algorithm>
#include <vector>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "collective/collective.hpp"
#include "collective/surroundings.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"

namespace trainyard::step {
namespace {

using collective::Operation;
using parallelism::Plan;
using parallelism::Sharding;
using program::Channel;
using program::Item;
using program::Items;

// What passes through some layers cost.
struct Cost {
  Seconds computing;
  Seconds exchanging;

  [[nodiscard]] Seconds all() const { return computing + exchanging; }
  Cost& operator+=(const Cost& other) {
    computing += other.computing;
    exchanging += other.exchanging;
    return *this;
  }
};

// One stage, all its chunks, one micro-batch.
struct StageCost {
  Cost forward;
  Cost backward;
  Seconds weight_gradient;
  parallelism::Parameters parameters;
  std::vector<program::Chunk> chunks;
};

class Estimator {
 public:
  Estimator(const Task& task, const Plan& plan);
  Estimate estimate();

 private:
  [[nodiscard]] Seconds exchange(Channel channel, Operation operation, Bytes buffer) const;
  [[nodiscard]] Seconds sending(const collective::Path& path, Bytes sent, Bytes piece) const;
  [[nodiscard]] Seconds passing(std::int64_t members, bool inside, Operation operation,
                                Bytes buffer) const;
  [[nodiscard]] Seconds ring(std::int64_t members, bool inside, Operation operation,
                             Bytes buffer) const;
  [[nodiscard]] Seconds rails(std::int64_t near, std::int64_t far, Operation operation,
                              Bytes buffer) const;
  [[nodiscard]] Cost cost(const Items& items) const;
  [[nodiscard]] StageCost stage_cost(std::int64_t stage) const;
  [[nodiscard]] Seconds peers(Operation operation, double parameters, double bytes) const;
  [[nodiscard]] Seconds bubble(const std::vector<StageCost>& stages) const;
  [[nodiscard]] Seconds sending() const;
  [[nodiscard]] Seconds exposed_gradients(const StageCost& stage) const;
  [[nodiscard]] bool inside(std::int64_t ranks) const { return ranks <= task_.node.accelerators; }

  const Task& task_;
  const Plan& plan_;
  const pipeline::ScheduleRow& schedule_;
  program::ModelPasses passes_;
  collective::Path up_;
  collective::Path out_;
  Seconds setup_;  // of every exchange
};

Estimator::Estimator(const Task& task, const Plan& plan)
    : task_(task),
      plan_(plan),
      schedule_(program::schedule_of(plan.request)),
      passes_(task.model, plan, task.node.accelerator) {
  const collective::Surroundings around = collective::surroundings(task.node);
  up_ = around.inside;
  out_ = around.across;
  setup_ = around.setup;
}

// Where a member sends `sent` bytes, pieces of `piece`.
Seconds Estimator::sending(const collective::Path& path, Bytes sent, Bytes piece) const {
  return (sent + std::min(sent, path.message_overhead) + piece * path.own_piece) / path.bandwidth;
}

// Bytes and messages of a ring (for all_to_all: of an exchange with everyone), which most exchanges
// are played as, without setup. A switch that sums is taken to be chosen where it is faster.
Seconds Estimator::passing(std::int64_t members, bool inside, Operation operation,
                           Bytes buffer) const {
  if (members <= 1) return Seconds(0);
  const collective::Path& path = inside ? up_ : out_;
  const auto n = static_cast<double>(members);
  const double passes = operation == Operation::all_reduce ? 2 : 1;
  const double messages = operation == Operation::all_to_all ? 1 : passes * (n - 1);
  Seconds moving = sending(path, buffer * (passes * (n - 1) / n), buffer / n);
  const double cost = collective::switch_cost(task_.node.scale_up);
  if (inside && operation == Operation::all_reduce && cost > 0) {
    moving = std::min(moving, sending(path, buffer * (cost * (1 + 1 / n) / 2), Bytes(0)) * 2);
  }
  return moving + path.latency * messages;
}

Seconds Estimator::ring(std::int64_t members, bool inside, Operation operation,
                        Bytes buffer) const {
  if (members <= 1) return Seconds(0);
  return setup_ + passing(members, inside, operation, buffer);
}

// Rings through all interfaces of `far` nodes at once, `near` members on each, without setup. What
// goes across goes inside first, to the accelerator at the interface.
Seconds Estimator::rails(std::int64_t near, std::int64_t far, Operation operation,
                         Bytes buffer) const {
  const double passes = operation == Operation::all_reduce ? 2 : 1;
  const auto g = static_cast<double>(near);
  const auto k = static_cast<double>(far);
  const Bytes sent = buffer * (passes * (g * k - 1) / (g * k));
  const Seconds waiting = up_.latency * (passes * k * (g - 1)) + out_.latency * (passes * (k - 1));
  return waiting +
         std::max(sending(up_, sent, buffer / (g * k)), sending(out_, sent / g, Bytes(0)));
}

Seconds Estimator::exchange(Channel channel, Operation operation, Bytes buffer) const {
  switch (channel) {
    case Channel::tensor:
      return ring(plan_.tensor(), true, operation, buffer) *
             (plan_.request.overlap_tensor ? 1 - plan_.request.software.tensor_overlap : 1);
    case Channel::context:
      return ring(plan_.context(), inside(plan_.tensor() * plan_.context()), operation, buffer);
    default: {
      const std::int64_t members = plan_.tensor() * plan_.expert();
      return ring(members, inside(members), operation, buffer);
    }
  }
}

// What is offered runs beside the computing before the join.
Cost Estimator::cost(const Items& items) const {
  Cost sum;
  Seconds beside;
  Seconds since;
  for (const Item& item : items) {
    switch (item.kind) {
      case Item::Kind::compute:
        sum.computing += item.time;
        break;
      case Item::Kind::exchange:
        sum.exchanging += exchange(item.channel, item.operation, item.buffer);
        break;
      case Item::Kind::offer:
        beside = exchange(item.channel, item.operation, item.buffer);
        since = sum.computing;
        break;
      case Item::Kind::join:
        sum.exchanging += std::max(Seconds(0), beside - (sum.computing - since));
        break;
    }
  }
  return sum;
}

StageCost Estimator::stage_cost(std::int64_t stage) const {
  StageCost sum;
  const std::int64_t asked = plan_.request.chunks;
  const std::int64_t pieces = pipeline::pieces(schedule_.layout, plan_.pipeline(), asked);
  const std::int64_t chunks = pipeline::chunks(schedule_.layout, asked);
  // Of a two-way pipeline each chunk sees half of the micro-batches.
  const double share = schedule_.layout == pipeline::Layout::two_way ? 0.5 : 1;
  const program::Passes* last = nullptr;
  Cost forward;
  Cost backward;
  Seconds weights;
  for (std::int64_t c = 0; c < chunks; ++c) {
    const std::int64_t piece = pipeline::piece_at(schedule_.layout, {stage, c}, plan_.pipeline());
    sum.chunks.push_back(passes_.chunk({piece, pieces, 1}));
    for (const program::StageLayer& layer : sum.chunks.back().layers) {
      if (layer.passes != last) {
        last = layer.passes;
        forward = cost(last->forward);
        backward = cost(last->backward);
        weights = program::computing(last->weight_gradient);
      }
      sum.forward.computing += forward.computing * share;
      sum.forward.exchanging += forward.exchanging * share;
      sum.backward.computing += backward.computing * share;
      sum.backward.exchanging += backward.exchanging * share;
      sum.weight_gradient += weights * share;
      sum.parameters += layer.parameters;
    }
  }
  return sum;
}

// The formulas of the schedules' papers, stages taken to be alike; for uneven ones the other
// stages' passes that the busiest waits for (sum over the others instead of (p - 1) times one).
Seconds Estimator::bubble(const std::vector<StageCost>& stages) const {
  Seconds forward;
  Seconds backward;
  Seconds weights;
  for (const StageCost& stage : stages) {
    forward += stage.forward.all();
    backward += stage.backward.all();
    weights += stage.weight_gradient;
  }
  const auto count = static_cast<double>(stages.size());
  const double others = (count - 1) / count;
  const Seconds inputs = backward - weights;
  if (schedule_.name == "interleaved") {
    return (forward + backward) * others / static_cast<double>(plan_.request.chunks);
  }
  if (schedule_.name == "zb-h1") {
    return std::max(Seconds(0), (forward + inputs - weights) * others);
  }
  if (schedule_.name == "zb-v") return forward * (others / 2);
  if (schedule_.name == "dualpipe") {
    return std::max(Seconds(0), (forward + inputs - weights) * ((count / 2 - 1) / count));
  }
  return (forward + backward) * others;
}

// Buffered sends of 1F1B: each way through the pipeline once, and in steady state one round trip
// every `pipeline` micro-batches for each of the other stages.
Seconds Estimator::sending() const {
  const auto stages = static_cast<double>(plan_.pipeline());
  if (stages == 1) return Seconds(0);
  const auto parts =
      static_cast<double>(plan_.context() * (plan_.request.sequence_parallel ? plan_.tensor() : 1));
  const Bytes boundary =
      task_.model.block(0).boundary * (static_cast<double>(plan_.micro_batch()) / parts);
  const bool near = plan_.request.order == parallelism::Order::tensor_pipeline_data
                        ? inside(parallelism::replica(plan_.request))
                        : inside(plan_.ranks());
  const collective::Path& path = near ? up_ : out_;
  const Seconds one = sending(path, boundary, Bytes(0)) + path.latency;
  const auto batches = static_cast<double>(plan_.micro_batches);
  const auto chunks = static_cast<double>(pipeline::chunks(schedule_.layout, plan_.request.chunks));
  return one * std::max(0.0, 2 * (stages - 1) * (1 + batches * chunks / stages) - 2);
}

// Among all peers, in nodes first where several stand in one.
Seconds Estimator::peers(Operation operation, double parameters, double bytes) const {
  const std::int64_t all = plan_.peers();
  if (all <= 1 || parameters <= 0) return Seconds(0);
  const Bytes buffer(parameters * bytes);
  const std::int64_t near =
      std::min(all, std::max<std::int64_t>(1, task_.node.accelerators / plan_.tensor()));
  const std::int64_t far = all / near;
  if (far <= 1) return ring(all, true, operation, buffer);
  if (near == 1) return ring(all, false, operation, buffer);
  const Seconds in_two_steps = passing(near, true, operation, buffer) +
                               passing(far, false, operation, buffer / static_cast<double>(near));
  return setup_ + std::min(in_two_steps, rails(near, far, operation, buffer));
}

Seconds Estimator::exposed_gradients(const StageCost& stage) const {
  const parallelism::Request& request = plan_.request;
  const double gradient = parallelism::gradient_bytes(request);
  const double weight = parallelism::weight_bytes(request);
  const double trained = stage.parameters.trained + stage.parameters.experts;
  const Operation reduces =
      request.sharding == Sharding::none ? Operation::all_reduce : Operation::reduce_scatter;
  const Seconds reduce = peers(reduces, trained, gradient);
  const Seconds gather = request.sharding == Sharding::none
                             ? Seconds(0)
                             : peers(Operation::all_gather, stage.parameters.all(), weight);
  const auto batches = static_cast<double>(plan_.micro_batches);
  if (request.sharding == Sharding::parameters) {
    const double gathers = request.reshard ? batches : 1;
    const Seconds forward = std::max(Seconds(0), gather - stage.forward.all()) * gathers;
    const Seconds backward =
        std::max(Seconds(0), reduce + gather * (request.reshard ? 1 : 0) - stage.backward.all());
    return forward + backward * batches;
  }
  // The other stage with the same pieces, the other with the embedding: nothing hides these sums.
  Seconds pairs;
  if (plan_.pipeline() > 1 && schedule_.layout == pipeline::Layout::two_way) {
    pairs = ring(2, inside(plan_.ranks()), Operation::all_reduce, Bytes(trained * gradient));
  } else if (plan_.pipeline() > 1 && task_.model.tied_head) {
    const double embedding = parallelism::parameters(task_.model.entry, request).trained;
    pairs = ring(2, inside(plan_.ranks()), Operation::all_reduce, Bytes(embedding * gradient));
  }
  // What is left once the last backward pass (the first forward pass) is over: at least the last
  // bucket.
  const double bucket =
      trained > 0 ? std::min(1.0, request.bucket.value() / (trained * gradient)) : 1;
  const double times = request.sharding == Sharding::gradients ? batches : 1;
  const Seconds after =
      request.overlap_gradients ? std::max(reduce * bucket, reduce - stage.backward.all()) : reduce;
  const Seconds before =
      request.overlap_parameters ? std::max(Seconds(0), gather - stage.forward.all()) : gather;
  return after * times + before + pairs;
}

Estimate Estimator::estimate() {
  std::vector<StageCost> stages;
  std::size_t busiest = 0;
  const auto time = [](const StageCost& stage) {
    return stage.forward.all() + stage.backward.all();
  };
  for (std::int64_t s = 0; s < plan_.pipeline(); ++s) {
    stages.push_back(stage_cost(s));
    if (time(stages.back()) > time(stages[busiest])) busiest = stages.size() - 1;
  }
  const StageCost& stage = stages[busiest];
  const auto batches = static_cast<double>(plan_.micro_batches);
  Estimate sum;
  sum.computing = (stage.forward.computing + stage.backward.computing) * batches;
  sum.exchanging = (stage.forward.exchanging + stage.backward.exchanging) * batches;
  sum.bubble = bubble(stages);
  sum.sending = sending();
  sum.gradients = exposed_gradients(stage);
  const double shards =
      static_cast<double>(plan_.request.sharding == Sharding::none ? 1 : plan_.shards());
  sum.optimizer = program::update_duration(
      stage.chunks,
      stage.parameters.trained / shards +
          stage.parameters.experts / static_cast<double>(plan_.expert_shards()),
      plan_, task_.node.accelerator);
  sum.duration =
      sum.computing + sum.exchanging + sum.bubble + sum.sending + sum.gradients + sum.optimizer;
  return sum;
}

}  // namespace

Estimate estimate(const Task& task, const Plan& plan) {
  EXPECT(!task.exchange);
  return Estimator(task, plan).estimate();
}

}  // namespace trainyard::step
