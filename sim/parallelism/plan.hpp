// How a job is divided over ranks: degrees, batch split, and where each rank stands. Pure
// arithmetic; `fill` turns what a user asked for and the chips at hand into a plan.
//
// Dimensions: tensor (inside layers), context (along the sequence), data (replicas), pipeline
// (layers). Ranks of equal tensor and pipeline place, over context and data, hold the same weights:
// `peers`. Experts are divided, whole ones to each rank, over the tensor ranks of `expert`
// consecutive peers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"
#include "parallelism/layer_times.hpp"
#include "parallelism/software.hpp"

namespace trainyard::parallelism {

// What is computed again in backward to save memory: nothing, attention's inner part, everything.
enum class Recompute { none, selective, full };

// What peers divide among themselves instead of each keeping all of it: ZeRO 0 to 3 (Rajbhandari
// et al., arXiv 1910.02054); `parameters` is FSDP.
enum class Sharding { none, optimizer, gradients, parameters };

// How ranks along the sequence see each other's keys and values.
enum class Context { ring, all_gather, ulysses };

// Which neighbour of a rank differs in the tensor, then context, then the data or the pipeline
// coordinate. GPU frameworks put data before pipeline; a Dojo tray keeps a whole pipeline on its
// mesh.
enum class Order { tensor_data_pipeline, tensor_pipeline_data };

// Buffered sends go on at once; blocking ones hold the sender until they have arrived; a rendezvous
// besides moves nothing before the receiver asks.
enum class Sends { buffered, blocking, rendezvous };

// How far a collective is played: a closed form where nothing else uses its links, else one flow
// for each rank and transfer; always the latter; or every message a flow, for validation.
enum class Detail { automatic, flows, messages };

// What stays fixed when replicas come and go: the micro-batches of each replica (the global batch
// grows with them) or the global batch (replicas must divide it).
struct Batch {
  std::int64_t micro_batch = 1;  // samples in one
  std::optional<std::int64_t> micro_batches;
  std::optional<std::int64_t> global_batch;  // samples; exactly one of the two is set
};

// Algorithms by what they are for: rows of the collective catalog, or "auto".
struct Algorithms {
  std::string gradients = "auto";
  std::string tensor = "ring";
  std::string expert = "direct";
  std::string context = "ring";
};

// The user's request.
struct Request {
  bool search = false;  // tensor, pipeline, micro-batch, recompute and sharding are yet to be found
  std::int64_t tensor = 1;
  std::int64_t context = 1;
  std::int64_t pipeline = 1;
  std::int64_t expert = 1;
  std::optional<std::int64_t> data;  // none: "fill", as many replicas as the chips allow
  Batch batch;
  std::string schedule = "1f1b";     // a row of the pipeline catalog
  std::int64_t chunks = 1;           // pieces of the model a stage holds, interleaved schedules
  std::vector<std::int64_t> layers;  // of each piece; empty: as even as can be
  bool count_ends = false;           // entry and exit count as a layer each when layers are split
  hardware::Precision precision = hardware::Precision::bf16;
  hardware::Precision gradient_precision = hardware::Precision::fp32;
  Recompute recompute = Recompute::none;
  Sharding sharding = Sharding::none;
  std::int64_t shard_over = 0;  // peers that share (hybrid sharding); 0: all of them
  bool reshard = true;          // give gathered parameters up between forward and backward
  Context context_kind = Context::ring;
  std::int64_t expert_nodes = 0;  // nodes that one token is sent to at most; 0: any number
  double expert_load = 1;         // tokens of the busiest rank's experts over the average
  Order order = Order::tensor_data_pipeline;
  bool sequence_parallel = true;   // divide norms and their activations over the tensor group
  bool overlap_gradients = true;   // reduce a bucket as soon as its last gradient is there
  bool overlap_parameters = true;  // gather the next layer's parameters while this one computes
  bool overlap_tensor = true;      // tensor exchanges beside products, as far as software can
  Bytes bucket = Bytes(100e6);     // gradients reduced together, at least
  Sends sends = Sends::buffered;
  Detail detail = Detail::automatic;
  Algorithms algorithms;
  Software software;
  double jitter = 0;  // standard deviation of a chip's speed over a step, relative
  // Instead of the kernel model; shared, since requests are copied for every plan that is tried.
  std::shared_ptr<const LayerTimes> measured;
};

// What was measured for the request's micro-batch and tensor degree; nullptr where nothing was.
const MeasuredLayers* measured(const Request& request);

struct Plan {
  Request request;
  std::int64_t data = 1;
  std::int64_t micro_batches = 1;  // of one replica in one step
  std::int64_t left_over = 0;      // accelerators given that the plan cannot use

  [[nodiscard]] std::int64_t tensor() const { return request.tensor; }
  [[nodiscard]] std::int64_t context() const { return request.context; }
  [[nodiscard]] std::int64_t pipeline() const { return request.pipeline; }
  [[nodiscard]] std::int64_t expert() const { return request.expert; }
  [[nodiscard]] std::int64_t micro_batch() const { return request.batch.micro_batch; }
  [[nodiscard]] std::int64_t peers() const { return context() * data; }
  [[nodiscard]] std::int64_t ranks() const { return tensor() * pipeline() * peers(); }
  [[nodiscard]] std::int64_t samples() const { return micro_batch() * micro_batches * data; }
  // Peers that divide states among themselves; 1 where nothing is sharded.
  [[nodiscard]] std::int64_t shards() const;
  // The same for experts, whose peers are those of equal place in their expert-parallel group.
  [[nodiscard]] std::int64_t expert_shards() const;
};

// Accelerators that one replica takes.
std::int64_t replica(const Request& request);

// The plan with the most replicas that fit `accelerators`. None where not even one replica fits, or
// where no number of replicas divides the global batch or holds whole expert groups and shards.
std::optional<Plan> fill(const Request& request, std::int64_t accelerators);

struct Coordinate {
  std::int64_t tensor = 0;
  std::int64_t peer = 0;  // context + contexts x data
  std::int64_t stage = 0;
};
std::int64_t rank_of(const Plan& plan, Coordinate at);
Coordinate coordinate_of(const Plan& plan, std::int64_t rank);

// Layers of each piece of the model: those asked for, or as equal as possible, the first pieces
// taking one more; where `count_ends`, the first and the last piece hold one less for the entry
// and the exit (as Llama 3's stages do, arXiv 2407.21783 section 3.3.2). Shape [pieces].
std::vector<std::int64_t> layers_by_piece(const Request& request, std::int64_t blocks,
                                          std::int64_t pieces);

}  // namespace trainyard::parallelism
