#include "program/stage.hpp"

#include <optional>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "kernel/operators.hpp"

namespace trainyard::program {

using parallelism::Held;

namespace {

// Entry and exit are kept whole: only the layers between are computed again.
parallelism::Plan without_recomputation(parallelism::Plan plan) {
  plan.request.recompute = parallelism::Recompute::none;
  return plan;
}

}  // namespace

ModelPasses::ModelPasses(const model::Model& model, const parallelism::Plan& plan,
                         const hardware::Accelerator& accelerator)
    : model_(model), plan_(plan), measured_(parallelism::measured(plan.request)) {
  if (measured_ != nullptr) {
    take_measured();
    return;
  }
  const parallelism::Plan kept = without_recomputation(plan);
  entry_ = passes(model.entry, kept, accelerator);
  exit_ = passes(model.exit, kept, accelerator);
  for (const model::Layer& kind : model.kinds) kinds_.push_back(passes(kind, plan, accelerator));
  for (const auto kind : model.order) kind_of_.push_back(static_cast<std::size_t>(kind));
}

void ModelPasses::take_measured() {
  using parallelism::Recompute;
  EXPECT(static_cast<std::int64_t>(measured_->blocks.size()) == model_.blocks());
  entry_ = passes(measured_->entry, Recompute::none);
  exit_ = passes(measured_->exit, Recompute::none);
  const parallelism::LayerTime* before = nullptr;
  for (const parallelism::LayerTime& block : measured_->blocks) {
    if (before == nullptr || !(*before == block)) {
      kinds_.push_back(passes(block, plan_.request.recompute));
    }
    kind_of_.push_back(kinds_.size() - 1);
    before = &block;
  }
}

StageLayer ModelPasses::stage_layer(const model::Layer& layer, const Passes& passes,
                                    const parallelism::LayerTime* time) const {
  return {&layer, &passes, parallelism::parameters(layer, plan_.request),
          time == nullptr ? std::nullopt : time->update};
}

StageLayer ModelPasses::block(std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  return stage_layer(model_.block(index), kinds_[kind_of_[i]],
                     measured_ == nullptr ? nullptr : &measured_->blocks[i]);
}

Chunk ModelPasses::chunk(const Held& held) const {
  Chunk chunk{.layers = {}, .first = held.piece == 0, .last = held.piece == held.of - 1};
  const auto end = [&](const model::Layer& layer, const Passes& passes,
                       parallelism::LayerTime parallelism::MeasuredLayers::*time) {
    chunk.layers.push_back(
        stage_layer(layer, passes, measured_ == nullptr ? nullptr : &(measured_->*time)));
  };
  if (chunk.first) end(model_.entry, entry_, &parallelism::MeasuredLayers::entry);
  const parallelism::Range range = parallelism::layers_of(model_, plan_.request, held);
  for (std::int64_t i = range.first; i < range.end; ++i) chunk.layers.push_back(block(i));
  if (chunk.last) end(model_.exit, exit_, &parallelism::MeasuredLayers::exit);
  return chunk;
}

const pipeline::ScheduleRow& schedule_of(const parallelism::Request& request) {
  const auto* row = find_row(pipeline::schedules(), request.schedule);
  EXPECT(row != nullptr);
  return *row;
}

std::int32_t first_exchange_lane(const parallelism::Request& request) {
  return lane::first_exchange(pipeline::chunks(schedule_of(request).layout, request.chunks));
}

std::vector<Held> held(const parallelism::Plan& plan, std::int64_t stage) {
  const pipeline::ScheduleRow& schedule = schedule_of(plan.request);
  const std::int64_t asked = plan.request.chunks;
  const std::int64_t pieces = pipeline::pieces(schedule.layout, plan.pipeline(), asked);
  const std::vector<std::int64_t> kept =
      pipeline::in_flight(schedule, {stage, plan.pipeline(), plan.micro_batches, asked});
  std::vector<Held> held;
  for (std::size_t c = 0; c < kept.size(); ++c) {
    const pipeline::Spot spot{stage, static_cast<std::int64_t>(c)};
    held.push_back({pipeline::piece_at(schedule.layout, spot, plan.pipeline()), pieces, kept[c]});
  }
  return held;
}

namespace {

// Where the pass comes from (goes to); none where it stays on the stage.
std::optional<pipeline::Spot> elsewhere(std::optional<pipeline::Spot> spot, std::int64_t stage) {
  return spot && spot->stage != stage ? spot : std::nullopt;
}

}  // namespace

std::int32_t lane_in(const parallelism::Request& request, pipeline::Spot spot,
                     pipeline::Pass pass) {
  const pipeline::Layout layout = schedule_of(request).layout;
  if (pass == pipeline::Pass::weight_gradient) return none;
  const bool forward = pass == pipeline::Pass::forward;
  const auto from =
      elsewhere(forward ? pipeline::previous(layout, spot, request.pipeline, request.chunks)
                        : pipeline::next(layout, spot, request.pipeline, request.chunks),
                spot.stage);
  if (!from) return none;
  return forward ? lane::forward(from->chunk) : lane::backward(from->chunk);
}

std::int32_t lane_out(const parallelism::Request& request, pipeline::Spot spot,
                      pipeline::Pass pass) {
  const pipeline::Layout layout = schedule_of(request).layout;
  if (pass == pipeline::Pass::weight_gradient) return none;
  const bool forward = pass == pipeline::Pass::forward;
  const auto to =
      elsewhere(forward ? pipeline::next(layout, spot, request.pipeline, request.chunks)
                        : pipeline::previous(layout, spot, request.pipeline, request.chunks),
                spot.stage);
  if (!to) return none;
  return forward ? lane::forward(spot.chunk) : lane::backward(spot.chunk);
}

Seconds computing(const Items& items) {
  Seconds sum;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::compute) sum += item.time;
  }
  return sum;
}

Seconds update_duration(std::span<const Chunk> stage, double parameters,
                        const parallelism::Plan& plan, const hardware::Accelerator& accelerator) {
  const Seconds modelled = kernel::optimizer_duration(
      parameters, plan.request.software.optimizer_traffic(), accelerator);
  Seconds sum;
  for (const Chunk& chunk : stage) {
    for (const StageLayer& layer : chunk.layers) {
      if (!layer.update) return modelled;
      sum += *layer.update;
    }
  }
  return sum / static_cast<double>(plan.shards());
}

}  // namespace trainyard::program
