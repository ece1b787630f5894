// What a pipeline stage is to the lowering: the pieces it holds, their layers pass by pass, and
// what its memory makes it stream. Shared by all stages: one set of passes for each kind of layer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hardware/node.hpp"
#include "model/model.hpp"
#include "parallelism/memory.hpp"
#include "parallelism/plan.hpp"
#include "pipeline/schedule.hpp"
#include "program/passes.hpp"

namespace trainyard::program {

// A layer as a stage handles it.
struct StageLayer {
  const model::Layer* layer = nullptr;
  const Passes* passes = nullptr;
  parallelism::Parameters parameters;
  std::optional<Seconds> update;  // where it was measured
};

struct Chunk {
  std::vector<StageLayer> layers;  // entry and exit included
  bool first = false;              // of the model
  bool last = false;
};

// The passes of a model's layers under a plan. Layers of a kind share theirs; where layers were
// measured, neighbours that took equally long do.
class ModelPasses {
 public:
  ModelPasses(const model::Model& model, const parallelism::Plan& plan,
              const hardware::Accelerator& accelerator);
  [[nodiscard]] Chunk chunk(const parallelism::Held& held) const;

 private:
  void take_measured();
  [[nodiscard]] StageLayer stage_layer(const model::Layer& layer, const Passes& passes,
                                       const parallelism::LayerTime* time) const;
  [[nodiscard]] StageLayer block(std::int64_t index) const;

  const model::Model& model_;
  const parallelism::Plan& plan_;
  const parallelism::MeasuredLayers* measured_;
  Passes entry_;
  std::vector<Passes> kinds_;
  std::vector<std::size_t> kind_of_;  // of each block
  Passes exit_;
};

const pipeline::ScheduleRow& schedule_of(const parallelism::Request& request);

// Lanes between stages: those of exchanges are numbered from here on.
std::int32_t first_exchange_lane(const parallelism::Request& request);

// The pieces of a stage and how many micro-batches it keeps of each. Shape [chunks].
std::vector<parallelism::Held> held(const parallelism::Plan& plan, std::int64_t stage);

// The lane on which a pass at the spot gets what it starts from, named as its sender does, and the
// one on which it hands on what it made; none where that stays on the stage, or there is none.
std::int32_t lane_in(const parallelism::Request& request, pipeline::Spot spot, pipeline::Pass pass);
std::int32_t lane_out(const parallelism::Request& request, pipeline::Spot spot,
                      pipeline::Pass pass);

// Compute time of items, exchanges left out.
Seconds computing(const Items& items);

// What a rank takes to update `parameters`: as its layers were measured, a shard its part of it, or
// else by the kernel model.
Seconds update_duration(std::span<const Chunk> stage, double parameters,
                        const parallelism::Plan& plan, const hardware::Accelerator& accelerator);

}  // namespace trainyard::program
