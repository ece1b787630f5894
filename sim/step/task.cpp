#include "step/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.hpp"
#include "base/quantity.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"
#include "step/joint_objections.hpp"
#include "step/measured.hpp"

namespace trainyard::step {
namespace {

using parallelism::Plan;
using parallelism::Request;

// "1, 2, 4 or 8": the tensor-parallel degrees that a node and a model allow.
std::string tensor_degrees(const Task& task) {
  std::vector<std::int64_t> degrees;
  for (std::int64_t t = 1; t <= task.node.accelerators; ++t) {
    if (task.node.accelerators % t == 0 && task.model.heads % t == 0) degrees.push_back(t);
  }
  if (degrees.size() == 1) return "1";
  const std::int64_t last = degrees.back();
  degrees.pop_back();
  return fmt::format("{} or {}", fmt::join(degrees, ", "), last);
}

// Attention runs in bf16 where products are narrower, so that they need both.
std::vector<hardware::Precision> needed(hardware::Precision precision) {
  if (hardware::narrow(precision)) return {precision, hardware::Precision::bf16};
  return {precision};
}

bool computes(const hardware::Accelerator& chip, hardware::Precision precision) {
  const auto kinds = needed(precision);
  return std::all_of(kinds.begin(), kinds.end(), [&](hardware::Precision kind) {
    return chip.peak_at(kind) > FlopsPerSecond(0);
  });
}

std::string_view name(hardware::Precision precision) {
  return hardware::precision_names[static_cast<std::size_t>(precision)];
}

// "use bf16 or fp32?": what the chip can train in.
std::string precisions(const hardware::Accelerator& chip) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < hardware::precision_names.size(); ++i) {
    const auto precision = static_cast<hardware::Precision>(i);
    if (computes(chip, precision)) names.push_back(name(precision));
  }
  return names.empty() ? "use another chip" : fmt::format("use {}?", fmt::join(names, " or "));
}

void object_to_tensor(const Task& task, std::vector<Objection>& objections) {
  const std::int64_t tensor = task.request.tensor;
  const std::string remedy = fmt::format("use {}?", tensor_degrees(task));
  if (task.node.accelerators % tensor != 0) {
    objections.push_back({"tensor",
                          fmt::format("{} does not divide {} accelerators per node ({})", tensor,
                                      task.node.accelerators, task.node.name),
                          remedy});
  } else if (task.model.heads % tensor != 0) {
    objections.push_back({"tensor",
                          fmt::format("{} does not divide {} attention heads ({})", tensor,
                                      task.model.heads, task.model.name),
                          remedy});
  }
}

void object_to_layers(const Task& task, std::vector<Objection>& objections) {
  const Request& request = task.request;
  const pipeline::ScheduleRow& schedule = program::schedule_of(request);
  const std::int64_t pieces = pipeline::pieces(schedule.layout, request.pipeline, request.chunks);
  const std::int64_t blocks = task.model.blocks();
  const std::int64_t room = blocks + (request.count_ends ? 2 : 0);
  if (!request.layers.empty()) {
    const std::int64_t sum =
        std::accumulate(request.layers.begin(), request.layers.end(), std::int64_t{0});
    if (static_cast<std::int64_t>(request.layers.size()) != pieces) {
      objections.push_back(
          {"layers",
           fmt::format("{} numbers for {} pieces of the model", request.layers.size(), pieces),
           "give one number for each stage (and chunk)"});
    } else if (sum != blocks) {
      objections.push_back(
          {"layers", fmt::format("they sum to {}, {} has {} layers", sum, task.model.name, blocks),
           "make them sum to that"});
    }
  } else if (pieces > room) {
    objections.push_back(
        {"pipeline",
         fmt::format("{} {} for {} layers ({})", pieces,
                     pieces == request.pipeline ? "stages" : "pieces", blocks, task.model.name),
         fmt::format("use at most {}?", room)});
  }
}

// The schedule's own reasons, for a known number of micro-batches.
void object_to_schedule(const Request& request, std::int64_t micro_batches,
                        std::vector<Objection>& objections) {
  const pipeline::ScheduleRow& schedule = program::schedule_of(request);
  const std::string why = schedule.objection({0, request.pipeline, micro_batches, request.chunks});
  if (why.empty() && request.sends == parallelism::Sends::rendezvous &&
      schedule.layout != pipeline::Layout::straight) {
    objections.push_back({"sends",
                          fmt::format("stages that hold several pieces would wait for each other "
                                      "in circles ({})",
                                      request.schedule),
                          "use \"buffered\""});
  }
  if (why.empty()) return;
  const std::size_t split = why.rfind("; ");
  objections.push_back({"schedule", why.substr(0, split),
                        split == std::string::npos ? "" : why.substr(split + 2) + "?"});
}

void object_to_context(const Task& task, std::vector<Objection>& objections) {
  const Request& request = task.request;
  if (request.context == 1) return;
  const std::int64_t heads =
      std::max<std::int64_t>(1, std::min(task.model.heads, task.model.kv_heads) / request.tensor);
  if (request.context_kind == parallelism::Context::ulysses && heads % request.context != 0) {
    objections.push_back(
        {"context",
         fmt::format("ulysses exchanges tokens for heads, and {} does not divide the {} key and "
                     "value heads of a tensor rank ({})",
                     request.context, heads, task.model.name),
         "use a divisor, or \"context_kind\": \"ring\""});
  }
  if (task.model.tokens_per_sample > 0 &&
      std::fmod(task.model.tokens_per_sample, static_cast<double>(2 * request.context)) != 0) {
    objections.push_back(
        {"context",
         fmt::format("{} tokens do not divide into {} parts of two halves each, as a causal mask "
                     "is shared out",
                     task.model.tokens_per_sample, request.context),
         "use another degree"});
  }
}

void object_to_experts(const Task& task, std::vector<Objection>& objections) {
  const Request& request = task.request;
  if (request.expert > 1 && task.model.experts == 0) {
    objections.push_back({"expert", fmt::format("{} has no experts", task.model.name), "use 1"});
  } else if (task.model.experts % (request.expert * request.tensor) != 0) {
    objections.push_back(
        {"expert",
         fmt::format("tensor {} x expert {} ranks do not divide {} experts ({}), "
                     "whole ones to each",
                     request.tensor, request.expert, task.model.experts, task.model.name),
         "use degrees whose product is a divisor"});
  }
  if (task.model.experts > 0 && request.tensor > 1 && !request.sequence_parallel) {
    objections.push_back({"sequence_parallel",
                          "experts take each token once, so tensor ranks must divide the tokens",
                          "leave it on, or use \"tensor\": 1"});
  }
  if (task.model.experts > 0 && request.shard_over > 0) {
    objections.push_back({"shard_over", "hybrid sharding and experts do not go together",
                          "leave \"shard_over\" out"});
  }
}

// Two-way pipelines keep two copies of the parameters on purpose, and split backward passes hold
// gradients open: frameworks shard neither.
void object_to_sharding(const Task& task, std::vector<Objection>& objections) {
  const Request& request = task.request;
  if (request.shard_over > 0 && request.sharding == parallelism::Sharding::none) {
    objections.push_back({"shard_over", "nothing is sharded", "add \"sharding\""});
  }
  if (request.sharding < parallelism::Sharding::gradients || request.pipeline == 1) return;
  const pipeline::ScheduleRow& schedule = program::schedule_of(request);
  if (schedule.layout == pipeline::Layout::two_way) {
    objections.push_back({"sharding",
                          fmt::format("{} keeps two copies of gradients and parameters; no "
                                      "framework shards them",
                                      request.schedule),
                          "use \"optimizer\" or \"none\""});
  } else if (request.sharding == parallelism::Sharding::gradients) {
    objections.push_back(
        {"sharding",
         "gradients that are sharded must be summed after every micro-batch, which pipelines do "
         "not wait for (DeepSpeed refuses it)",
         "use \"optimizer\", or \"parameters\" as FSDP does"});
  }
}

void object_to_batch(const Request& request, std::vector<Objection>& objections) {
  const parallelism::Batch& batch = request.batch;
  if (!batch.global_batch) return;
  if (*batch.global_batch % batch.micro_batch != 0) {
    objections.push_back({"global_batch",
                          fmt::format("{} samples are no whole number of micro-batches of {}",
                                      *batch.global_batch, batch.micro_batch),
                          fmt::format("use a multiple of {}?", batch.micro_batch)});
  } else if (request.data && *batch.global_batch / batch.micro_batch % *request.data != 0) {
    objections.push_back({"global_batch",
                          fmt::format("{} micro-batches do not divide over {} replicas",
                                      *batch.global_batch / batch.micro_batch, *request.data),
                          fmt::format("use a multiple of {}?", *request.data * batch.micro_batch)});
  }
}

void object_to_precision(const Task& task, std::vector<Objection>& objections) {
  const hardware::Accelerator& chip = task.node.accelerator;
  for (const hardware::Precision precision : needed(task.request.precision)) {
    if (chip.peak_at(precision) > FlopsPerSecond(0)) continue;
    objections.push_back({"precision",
                          fmt::format("{} does not compute in {}", chip.name, name(precision)),
                          precisions(chip)});
  }
}

bool fits(const Task& task, const Plan& plan) {
  if (task.room == Room::ignored) return true;
  return fullest_stage(task, plan).memory.total() <= parallelism::capacity(task.node);
}

// A neighbouring plan that would fit, in the order a person would try them.
std::string what_would_fit(const Task& task, std::int64_t nodes) {
  const auto tried = [&](const char* change, const auto& edit) -> std::string {
    Task other = task;
    edit(other.request);
    if (!objections(other).empty() || !plan_on(other, nodes)) return "";
    return fmt::format("{} would fit", change);
  };
  std::string remedy = tried("\"recompute\": \"full\"", [](Request& request) {
    request.recompute = parallelism::Recompute::full;
  });
  if (remedy.empty() && task.request.pipeline == 1) {
    remedy = tried("\"sharding\": \"parameters\"",
                   [](Request& request) { request.sharding = parallelism::Sharding::parameters; });
  }
  for (std::int64_t factor = 2; remedy.empty() && factor <= 128; factor *= 2) {
    for (const bool again : {false, true}) {
      if (!remedy.empty()) break;
      const std::int64_t pipeline = task.request.pipeline * factor;
      const std::string change =
          fmt::format("\"pipeline\": {}{}", pipeline, again ? " with \"recompute\": \"full\"" : "");
      remedy = tried(change.c_str(), [&](Request& request) {
        request.pipeline = pipeline;
        if (again) request.recompute = parallelism::Recompute::full;
      });
    }
  }
  return remedy.empty()
             ? "divide the model over more chips (tensor, pipeline) or choose chips with "
               "more memory"
             : remedy;
}

Objection short_of_memory(const Task& task, const Plan& plan, std::int64_t nodes) {
  const StageMemory full = fullest_stage(task, plan);
  const parallelism::Memory& memory = full.memory;
  const Bytes capacity = parallelism::capacity(task.node);
  return {"",
          fmt::format("does not fit memory: stage {} needs {} of {} per accelerator, {} too much "
                      "(parameters {}, gradients {}, optimizer {}, activations {})",
                      full.stage, human(memory.total()), human(capacity),
                      human(memory.total() - capacity), human(memory.parameters),
                      human(memory.gradients), human(memory.optimizer),
                      human(memory.activations + memory.working)),
          what_would_fit(task, nodes)};
}

}  // namespace

std::int64_t working_nodes(const Task& task, std::int64_t nodes) {
  return nodes - std::count_if(task.faults.nodes.begin(), task.faults.nodes.end(),
                               [](const hardware::NodeFault& fault) { return fault.speed == 0; });
}

std::vector<Objection> objections(const Task& task) {
  if (task.joint) return joint_objections(task);
  std::vector<Objection> found;
  if (task.exchange) return found;
  object_to_tensor(task, found);
  object_to_layers(task, found);
  object_to_context(task, found);
  object_to_experts(task, found);
  object_to_sharding(task, found);
  object_to_batch(task.request, found);
  if (task.request.batch.micro_batches) {
    object_to_schedule(task.request, *task.request.batch.micro_batches, found);
  }
  object_to_precision(task, found);
  object_to_measured(task, found);
  return found;
}

std::vector<Objection> objections(const Task& task, std::int64_t nodes) {
  if (task.joint) return {};
  const Request& request = task.request;
  if (const std::int64_t most = task.node.scale_out.most_nodes(); most > 0 && nodes > most) {
    return {
        {"",
         fmt::format("{} nodes, but {} joins at most {}", nodes, task.node.scale_out.name, most),
         "use fewer chips, or another fabric"}};
  }
  if (const std::string why = hardware::objection(task.faults, task.node, nodes); !why.empty()) {
    return {{"../faults", why, ""}};
  }
  const std::int64_t accelerators = working_nodes(task, nodes) * task.node.accelerators;
  const std::int64_t wanted = replica(request) * request.data.value_or(1);
  if (wanted > accelerators) {
    return {
        {request.data ? "data" : "pipeline",
         fmt::format("the plan takes {} accelerators (tensor {} x pipeline {}{} x data {}), there "
                     "are {}",
                     wanted, request.tensor, request.pipeline,
                     request.context > 1 ? fmt::format(" x context {}", request.context) : "",
                     request.data.value_or(1), accelerators),
         "use smaller degrees, or more chips"}};
  }
  const auto plan = parallelism::fill(request, accelerators);
  if (!plan) {
    const std::string replicas = request.data
                                     ? fmt::format("{}", *request.data)
                                     : fmt::format("up to {}", accelerators / replica(request));
    return {{request.expert > 1 ? "expert" : "shard_over",
             fmt::format("{} replicas make no whole groups of {} peers", replicas,
                         std::max(request.expert, request.shard_over)),
             "use smaller degrees, or more chips"}};
  }
  if (task.exchange) return {};
  std::vector<Objection> found;
  object_to_schedule(request, plan->micro_batches, found);
  if (found.empty() && !fits(task, *plan)) found.push_back(short_of_memory(task, *plan, nodes));
  return found;
}

std::optional<Plan> plan_on(const Task& task, std::int64_t nodes) {
  EXPECT(!task.joint);
  const std::int64_t most = task.node.scale_out.most_nodes();
  if (most > 0 && nodes > most) return std::nullopt;
  auto plan = parallelism::fill(task.request, working_nodes(task, nodes) * task.node.accelerators);
  if (!plan || task.exchange) return plan;
  std::vector<Objection> found;
  object_to_schedule(task.request, plan->micro_batches, found);
  if (!found.empty() || !fits(task, *plan)) return std::nullopt;
  return plan;
}

parallelism::Memory stage_memory(const Task& task, const Plan& plan, std::int64_t stage) {
  return parallelism::memory(task.model, plan, program::held(plan, stage));
}

StageMemory fullest_stage(const Task& task, const Plan& plan) {
  StageMemory fullest;
  for (std::int64_t stage = 0; stage < plan.pipeline(); ++stage) {
    const parallelism::Memory memory = stage_memory(task, plan, stage);
    if (stage == 0 || memory.total() > fullest.memory.total()) fullest = {stage, memory};
  }
  return fullest;
}

}  // namespace trainyard::step
