#include "step/task.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "base/quantity.hpp"
#include "pipeline/schedule.hpp"

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

// Attention runs in bf16 where products run in fp8, so fp8 needs both.
std::vector<hardware::Precision> needed(hardware::Precision precision) {
  if (precision == hardware::Precision::fp8) return {precision, hardware::Precision::bf16};
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

std::int64_t in_flight(const Plan& plan, std::int64_t stage) {
  const auto* schedule = find_row(pipeline::schedules(), plan.request.schedule);
  EXPECT(schedule != nullptr);
  return schedule->in_flight({stage, plan.pipeline(), plan.micro_batches});
}

bool fits(const Task& task, const Plan& plan) {
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

std::vector<Objection> objections(const Task& task) {
  std::vector<Objection> found;
  object_to_tensor(task, found);
  if (task.request.pipeline > task.model.blocks) {
    found.push_back({"pipeline",
                     fmt::format("{} stages for {} layers ({})", task.request.pipeline,
                                 task.model.blocks, task.model.name),
                     fmt::format("use at most {}?", task.model.blocks)});
  }
  object_to_batch(task.request, found);
  object_to_precision(task, found);
  return found;
}

std::vector<Objection> objections(const Task& task, std::int64_t nodes) {
  const std::int64_t accelerators = nodes * task.node.accelerators;
  const std::int64_t replica = task.request.tensor * task.request.pipeline;
  const std::int64_t wanted = replica * task.request.data.value_or(1);
  if (wanted > accelerators) {
    return {
        {task.request.data ? "data" : "pipeline",
         fmt::format("the plan takes {} accelerators (tensor {} x pipeline {} x data {}), there "
                     "are {}",
                     wanted, task.request.tensor, task.request.pipeline,
                     task.request.data.value_or(1), accelerators),
         "use smaller degrees, or more chips"}};
  }
  const auto plan = parallelism::fill(task.request, accelerators);
  EXPECT(plan.has_value());
  if (!fits(task, *plan)) return {short_of_memory(task, *plan, nodes)};
  return {};
}

std::optional<Plan> plan_on(const Task& task, std::int64_t nodes) {
  auto plan = parallelism::fill(task.request, nodes * task.node.accelerators);
  if (plan && !fits(task, *plan)) return std::nullopt;
  return plan;
}

StageMemory fullest_stage(const Task& task, const Plan& plan) {
  StageMemory fullest;
  for (std::int64_t stage = 0; stage < plan.pipeline(); ++stage) {
    const parallelism::Memory memory =
        parallelism::memory(task.model, plan, stage, in_flight(plan, stage));
    if (stage == 0 || memory.total() > fullest.memory.total()) fullest = {stage, memory};
  }
  return fullest;
}

}  // namespace trainyard::step
