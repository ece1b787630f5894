#include <fmt/format.h>

#include "base/catalog.hpp"
#include "base/digest.hpp"
#include "scenario/read_branches.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/read_jobs.hpp"
#include "scenario/read_task.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

constexpr std::array<std::string_view, 5> operation_names{"all_reduce", "reduce_scatter",
                                                          "all_gather", "all_to_all", "broadcast"};

class StepJobReader {
 public:
  StepJobReader(const Definitions& definitions, const fleet::World& places, TaskList& tasks,
                std::vector<StepJob>& jobs)
      : definitions_(definitions), places_(places), tasks_(tasks), jobs_(jobs) {}

  void training(const std::string& name, Object& object);
  void joint(const std::string& name, Object& object);
  void collective(const std::string& name, Object& object);

 private:
  void add(const std::string& name, Object& object, step::Task task, std::int64_t chips);

  const Definitions& definitions_;
  const fleet::World& places_;
  TaskList& tasks_;
  std::vector<StepJob>& jobs_;
};

void StepJobReader::add(const std::string& name, Object& object, step::Task task,
                        std::int64_t chips) {
  report(object, whole_nodes("chips", chips, task.node));
  const std::int64_t each = task.node.accelerators;
  const std::int64_t nodes = (chips + each - 1) / each;
  report(object, settle_plan(task, nodes));
  task.room = tasks_.room();
  if (!task.request.search && check(object, task, nodes)) {
    jobs_.push_back({.job = name, .task = tasks_.add(task), .nodes = nodes});
  }
}

void StepJobReader::training(const std::string& name, Object& object) {
  const Common common = read_common(object, Scale::step, definitions_);
  if (common.node.empty() && !object.has("node")) {
    object.problem("", "missing \"node\"", "name the kind of node it runs on");
  }
  const auto task = make_task(common, definitions_);
  if (!task || !common.chips || !common.has_plan) return;
  add(name, object, *task, *common.chips);
}

void StepJobReader::joint(const std::string& name, Object& object) {
  const Common common = read_common(object, Scale::joint, definitions_);
  auto task = read_joint(object, common, definitions_, places_);
  if (!task || !common.has_plan) return;
  task->room = tasks_.room();
  const std::int64_t nodes = step::nodes_of(*task->joint);
  if (check(object, *task, nodes)) {
    jobs_.push_back({.job = name, .task = tasks_.add(std::move(*task)), .nodes = nodes});
  }
}

// A collective alone: what communication benchmarks measure.
void StepJobReader::collective(const std::string& name, Object& object) {
  const std::string operation =
      object
          .text("collective", {.doc = "Operation to play alone, instead of a model's step",
                               .one_of = {operation_names.begin(), operation_names.end()}})
          .value_or("all_reduce");
  auto algorithms = names(collective::algorithms());
  algorithms.insert(algorithms.begin(), "auto");
  Common common;
  parallelism::Request& request = common.request;
  request.batch.micro_batches = 1;
  request.algorithms.gradients =
      object
          .text("algorithm", {.doc = "How; default auto, the fastest for the size",
                              .presence = Presence::optional,
                              .one_of = algorithms})
          .value_or("auto");
  const auto messages = object.boolean(
      "every_message", {.doc = "Play every message as a flow of its own, instead of all messages "
                               "to one neighbour as one; default false",
                        .presence = Presence::optional});
  request.detail =
      messages.value_or(false) ? parallelism::Detail::messages : parallelism::Detail::flows;
  const Bytes buffer = object.quantity<Bytes>(
      "bytes", positive("What each accelerator holds before, or after all_gather and broadcast"));
  common.node = object.text("node", {.doc = "Kind of node"}).value_or("");
  const auto chips =
      object.integer("chips", {.doc = "Accelerators", .minimum = 2, .maximum = most_accelerators});
  common.faults = read_faults(object);
  if (object.describing()) return;
  auto task = make_bare_task(common, definitions_);
  if (!task || !chips || buffer <= Bytes(0)) return;
  for (std::size_t i = 0; i < operation_names.size(); ++i) {
    if (operation != operation_names[i]) continue;
    task->exchange = {static_cast<collective::Operation>(i), buffer};
  }
  task->identity = sha256(task->identity + operation + fmt::format(" {}", buffer.value()));
  add(name, object, *task, *chips);
}

}  // namespace

std::vector<StepJob> read_step_jobs(Object& root, const Definitions& definitions,
                                    const fleet::World& places, TaskList& tasks) {
  std::vector<StepJob> jobs;
  StepJobReader reader(definitions, places, tasks, jobs);
  std::size_t given = 0;
  root.each("jobs", {.doc = "Training jobs, or collectives, by name"},
            [&](const std::string& name, Object object) {
              ++given;
              object.split(
                  "collective", [&](Object& alone) { reader.collective(name, alone); },
                  [&](Object& job) {
                    job.split(
                        "branches", [&](Object& several) { reader.joint(name, several); },
                        [&](Object& one) { reader.training(name, one); });
                  });
            });
  if (given == 0 && root.has("jobs")) {
    root.problem("jobs", "no job is given, and a scenario without a horizon plays their steps",
                 "name at least one job");
  }
  return jobs;
}

}  // namespace trainyard::scenario
