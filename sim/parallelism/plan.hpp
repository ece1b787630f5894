// How a job is divided over ranks: degrees, batch split, and where each rank stands. Pure
// arithmetic; `fill` turns what a user asked for and the chips at hand into a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::parallelism {

enum class Recompute { none, full };

// Which neighbour of a rank differs in the tensor, then the data or the pipeline coordinate. GPU
// frameworks put data before pipeline; a Dojo tray keeps a whole pipeline on its mesh.
enum class Order { tensor_data_pipeline, tensor_pipeline_data };

// What stays fixed when replicas come and go: the micro-batches of each replica (the global batch
// grows with them) or the global batch (replicas must divide it).
struct Batch {
  std::int64_t micro_batch = 1;  // samples in one
  std::optional<std::int64_t> micro_batches;
  std::optional<std::int64_t> global_batch;  // samples; exactly one of the two is set
};

// The user's request.
struct Request {
  std::int64_t tensor = 1;
  std::int64_t pipeline = 1;
  std::optional<std::int64_t> data;  // none: "fill", as many replicas as the chips allow
  Batch batch;
  std::string schedule;             // a row of the pipeline catalog
  std::string gradient_collective;  // a row of the collective catalog, or "auto"
  hardware::Precision precision = hardware::Precision::bf16;
  Recompute recompute = Recompute::none;
  Order order = Order::tensor_data_pipeline;
  bool sequence_parallel = true;  // divide norms and their activations over the tensor group
  bool overlap_gradients = true;  // start reducing while the last backward pass runs
};

struct Plan {
  Request request;
  std::int64_t data = 1;
  std::int64_t micro_batches = 1;  // of one replica in one step
  std::int64_t left_over = 0;      // accelerators given that the plan cannot use

  [[nodiscard]] std::int64_t tensor() const { return request.tensor; }
  [[nodiscard]] std::int64_t pipeline() const { return request.pipeline; }
  [[nodiscard]] std::int64_t micro_batch() const { return request.batch.micro_batch; }
  [[nodiscard]] std::int64_t ranks() const { return tensor() * pipeline() * data; }
  [[nodiscard]] std::int64_t samples() const { return micro_batch() * micro_batches * data; }
};

// The plan with the most replicas that fit `accelerators`. None where not even one replica fits, or
// where no number of replicas divides the global batch.
std::optional<Plan> fill(const Request& request, std::int64_t accelerators);

struct Coordinate {
  std::int64_t tensor = 0;
  std::int64_t data = 0;
  std::int64_t stage = 0;
};
std::int64_t rank_of(const Plan& plan, Coordinate at);
Coordinate coordinate_of(const Plan& plan, std::int64_t rank);

// Layers of each stage, as equal as possible, the first stages taking one more. Entry and exit are
// extra, on the first and the last stage. Shape [pipeline].
std::vector<std::int64_t> layers_by_stage(std::int64_t blocks, std::int64_t stages);

}  // namespace trainyard::parallelism
