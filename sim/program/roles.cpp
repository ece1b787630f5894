#include "program/roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "program/bodies.hpp"
#include "program/stage.hpp"

namespace trainyard::program {
namespace {

using parallelism::Plan;
using parallelism::Sharding;
using pipeline::Block;
using pipeline::Pass;

// A stage's role: which body follows which.
class RoleBuilder {
 public:
  RoleBuilder(const StageContext& context, std::int64_t stage, Role& role);
  void build();

 private:
  void call(std::int32_t body, std::int64_t micro_batch);
  [[nodiscard]] BodyKey key(const Block& block) const;
  [[nodiscard]] bool ends(Pass pass) const;
  void inputs();
  void gather_ahead();
  void count(const Block& block);
  [[nodiscard]] bool pairs(std::size_t i) const;
  void blocks();

  const StageContext& context_;
  const Plan& plan_;
  std::int64_t stage_;
  Role& role_;
  BodyBuilder bodies_;
  std::vector<Block> order_;
  std::vector<std::int64_t> forwards_;   // done, by chunk
  std::vector<std::int64_t> gradients_;  // of weights, done, by chunk
  std::vector<std::int64_t> of_chunk_;   // micro-batches
  std::int32_t unsettled_ = none;        // lane
};

RoleBuilder::RoleBuilder(const StageContext& context, std::int64_t stage, Role& role)
    : context_(context),
      plan_(context.plan),
      stage_(stage),
      role_(role),
      bodies_(context, stage, role) {
  order_ =
      context.schedule.blocks({stage, plan_.pipeline(), plan_.micro_batches, plan_.request.chunks});
  const auto chunks = static_cast<std::size_t>(bodies_.chunks());
  forwards_.resize(chunks);
  gradients_.resize(chunks);
  of_chunk_.resize(chunks);
  for (const Block& block : order_) {
    if (block.pass == Pass::forward) ++of_chunk_[static_cast<std::size_t>(block.chunk)];
  }
}

void RoleBuilder::call(std::int32_t body, std::int64_t micro_batch) {
  role_.calls.push_back(body);
  role_.micro_batches.push_back(static_cast<std::int32_t>(micro_batch));
}

// Whether the pass leaves the gradients of the weights complete.
bool RoleBuilder::ends(Pass pass) const {
  return pass == Pass::backward || pass == Pass::weight_gradient;
}

BodyKey RoleBuilder::key(const Block& block) const {
  const auto chunk = static_cast<std::size_t>(block.chunk);
  BodyKey key{.pass = block.pass, .chunk = block.chunk};
  const Sharding sharding = plan_.request.sharding;
  const bool first = forwards_[chunk] == 0;
  const bool last = gradients_[chunk] + 1 == of_chunk_[chunk];
  if (block.pass == Pass::forward) {
    key.receives_input = bodies_.chunk(block.chunk).first && !first;
    key.gathers =
        bodies_.gathers() && (first || (sharding == Sharding::parameters && plan_.request.reshard));
  } else if (block.pass != Pass::weight_gradient) {
    key.gathers = bodies_.gathers() && sharding == Sharding::parameters && plan_.request.reshard;
  }
  if (ends(block.pass)) {
    const bool every_time = sharding >= Sharding::gradients;
    key.reduces = bodies_.reduces() && (every_time || (last && plan_.request.overlap_gradients));
    key.notes = last && context_.notes == Notes::gradients;
  }
  return key;
}

void RoleBuilder::inputs() {
  for (std::int64_t c = 0; c < bodies_.chunks(); ++c) {
    if (!bodies_.chunk(c).first) continue;
    const std::int32_t body = bodies_.input();
    for (std::int64_t i = 0; i < of_chunk_[static_cast<std::size_t>(c)]; ++i) call(body, -1);
  }
}

void RoleBuilder::gather_ahead() {
  if (!bodies_.gathers() || plan_.request.sharding == Sharding::parameters) return;
  std::vector<std::int64_t> chunks;
  for (const Block& block : order_) {
    const bool known = std::find(chunks.begin(), chunks.end(), block.chunk) != chunks.end();
    if (block.pass == Pass::forward && !known) chunks.push_back(block.chunk);
  }
  call(bodies_.gather_ahead(chunks), -1);
}

void RoleBuilder::count(const Block& block) {
  const auto chunk = static_cast<std::size_t>(block.chunk);
  if (block.pass == Pass::forward) ++forwards_[chunk];
  if (ends(block.pass)) ++gradients_[chunk];
}

// A forward pass followed by a backward pass the other way.
bool RoleBuilder::pairs(std::size_t i) const {
  if (!bodies_.pairs() || i + 1 == order_.size()) return false;
  return order_[i].pass == Pass::forward && order_[i + 1].chunk != order_[i].chunk &&
         (order_[i + 1].pass == Pass::backward || order_[i + 1].pass == Pass::input_gradient);
}

void RoleBuilder::blocks() {
  for (std::size_t i = 0; i < order_.size(); ++i) {
    BodyKey body = key(order_[i]);
    if (pairs(i)) {
      call(bodies_.pair(body, key(order_[i + 1])), order_[i].micro_batch);
      count(order_[i]);
      count(order_[++i]);
      continue;
    }
    body.settles = std::exchange(unsettled_, none);
    call(bodies_.body(body), order_[i].micro_batch);
    if (plan_.request.sends != parallelism::Sends::buffered) {
      unsettled_ = lane_out(plan_.request, {stage_, order_[i].chunk}, order_[i].pass);
    }
    count(order_[i]);
  }
}

void RoleBuilder::build() {
  role_.name = fmt::format("stage {}", stage_);
  inputs();
  gather_ahead();
  blocks();
  call(bodies_.update(unsettled_), -1);
}

}  // namespace

void add_roles(const model::Model& model, const Section& section, const hardware::Cluster& cluster,
               Exchanges& exchanges, Labels& labels, Notes notes, Program& program) {
  const Plan& plan = section.plan;
  const ModelPasses passes(model, plan, cluster.node().accelerator);
  const StageContext context{.model = model,
                             .plan = plan,
                             .node = cluster.node(),
                             .schedule = schedule_of(plan.request),
                             .passes = passes,
                             .exchanges = exchanges,
                             .labels = labels,
                             .notes = notes};
  for (std::int64_t s = 0; s < section.stages; ++s) {
    RoleBuilder(context, section.first_stage + s, program.roles.emplace_back()).build();
  }
}

}  // namespace trainyard::program
