#include "program/stage.hpp"

#include <optional>

#include "base/catalog.hpp"
#include "base/check.hpp"

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
    : model_(model),
      plan_(plan),
      entry_(passes(model.entry, without_recomputation(plan), accelerator)),
      exit_(passes(model.exit, without_recomputation(plan), accelerator)) {
  for (const model::Layer& kind : model.kinds) kinds_.push_back(passes(kind, plan, accelerator));
}

StageLayer ModelPasses::stage_layer(const model::Layer& layer, const Passes& passes) const {
  return {&layer, &passes, parallelism::parameters(layer, plan_.request)};
}

Chunk ModelPasses::chunk(const Held& held) const {
  Chunk chunk{.layers = {}, .first = held.piece == 0, .last = held.piece == held.of - 1};
  if (chunk.first) chunk.layers.push_back(stage_layer(model_.entry, entry_));
  const parallelism::Range range = parallelism::layers_of(model_, plan_.request, held);
  for (std::int64_t i = range.first; i < range.end; ++i) {
    const auto kind = static_cast<std::size_t>(model_.order[static_cast<std::size_t>(i)]);
    chunk.layers.push_back(stage_layer(model_.kinds[kind], kinds_[kind]));
  }
  if (chunk.last) chunk.layers.push_back(stage_layer(model_.exit, exit_));
  return chunk;
}

const pipeline::ScheduleRow& schedule_of(const parallelism::Request& request) {
  const auto* row = find_row(pipeline::schedules(), request.schedule);
  EXPECT(row != nullptr);
  return *row;
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

}  // namespace trainyard::program
