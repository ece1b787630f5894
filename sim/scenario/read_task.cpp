#include "scenario/read_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/digest.hpp"
#include "planner/search.hpp"
#include "scenario/read_plan.hpp"
#include "scenario/read_software.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

std::string request_text(const parallelism::Request& request) {
  const auto number = [](const std::optional<std::int64_t>& value) { return value.value_or(-1); };
  const parallelism::Algorithms& by = request.algorithms;
  std::string text = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {}", request.search, request.tensor, request.context,
      request.pipeline, request.expert, number(request.data), request.batch.micro_batch,
      number(request.batch.micro_batches), number(request.batch.global_batch), request.schedule,
      request.chunks, fmt::join(request.layers, ","), request.count_ends);
  text +=
      fmt::format(" {} {} {} {} {} {} {} {} {} {}", static_cast<int>(request.precision),
                  static_cast<int>(request.gradient_precision), static_cast<int>(request.recompute),
                  static_cast<int>(request.sharding), request.shard_over, request.reshard,
                  static_cast<int>(request.context_kind), request.expert_load,
                  static_cast<int>(request.order), request.sequence_parallel);
  return text +
         fmt::format(" {} {} {} {} {} {} {} {} {} {}", request.overlap_gradients,
                     request.overlap_parameters, request.bucket.value(),
                     static_cast<int>(request.sends), static_cast<int>(request.detail),
                     by.gradients, by.tensor, by.expert, by.context, request.jitter) +
         fmt::format(" {} {} {}", request.expert_nodes, request.overlap_tensor,
                     request.measured == nullptr ? "" : request.measured->digest);
}

std::string faults_text(const hardware::Faults& faults) {
  std::string text;
  for (const hardware::InterfaceFault& fault : faults.interfaces) {
    text += fmt::format(" interface {} {} {}", fault.node, fault.interface, fault.bandwidth_factor);
  }
  for (const hardware::LinkFault& fault : faults.links) {
    text += fmt::format(" link {} {} {}", fault.kind, fault.index, fault.bandwidth_factor);
  }
  for (const hardware::NodeFault& fault : faults.nodes) {
    text += fmt::format(" node {} {}", fault.node, fault.speed);
  }
  return text;
}

}  // namespace

void read_plan_into(Object plan, const Definitions& definitions, Common& common) {
  common.given.clear();
  for (const char* member :
       {"overlap_gradients", "overlap_parameters", "overlap_tensor", "gradient_precision"}) {
    if (plan.has(member)) common.given.insert(member);
  }
  common.measured = read_measured(plan, definitions);
  common.request = read_plan(std::move(plan));
}

Common read_common(Object& object, Scale scale, const Definitions& definitions) {
  Common common;
  common.model = object.text("model", {.doc = "Name of a model"}).value_or("");
  if (scale == Scale::step) {
    common.node =
        object.text("node", {.doc = "Kind of node it runs on", .presence = Presence::optional})
            .value_or("");
  }
  common.software = object
                        .text("software", {.doc = "Name of the software that trains it; default " +
                                                  std::string(usual_software),
                                           .presence = Presence::optional})
                        .value_or(usual_software);
  if (scale == Scale::step) {
    common.chips = object.integer(
        "chips", {.doc = "Accelerators", .minimum = 1, .maximum = most_accelerators});
    common.faults = read_faults(object);
  }
  const std::size_t before = object.problem_count();
  const std::string plan = object.object_or_text(
      "plan",
      {.doc = "How the job is divided over its chips, or \"auto\": the fastest by estimate, with "
              "4 Mi tokens a step (or one sample for each accelerator)",
       .one_of = {"auto"}},
      [&](Object given) { read_plan_into(std::move(given), definitions, common); });
  if (plan == "auto") common.request = {.search = true, .batch = {.micro_batches = 1}};
  common.has_plan = object.has("plan") && object.problem_count() == before;
  return common;
}

std::vector<step::Objection> whole_nodes(const std::string& member, std::int64_t chips,
                                         const hardware::Node& node) {
  const std::int64_t each = node.accelerators;
  if (chips % each == 0) return {};
  const std::int64_t below = chips / each * each;
  const std::string remedy =
      below == 0 ? fmt::format("use {}?", each) : fmt::format("use {} or {}?", below, below + each);
  return {{"../" + member,
           fmt::format("{} is no multiple of the {} accelerators of a {}", chips, each, node.name),
           remedy}};
}

std::optional<step::Task> make_bare_task(const Common& common, const Definitions& definitions) {
  const auto node = definitions.node_index.find(common.node);
  if (node == definitions.node_index.end() || definitions.faulty.contains("nodes/" + common.node)) {
    return std::nullopt;
  }
  return step::Task{.identity = sha256(definitions.digests.at("nodes/" + common.node) +
                                       request_text(common.request) + faults_text(common.faults)),
                    .node = definitions.nodes[node->second],
                    .request = common.request,
                    .faults = common.faults};
}

namespace {

// The request as the software would have it where the plan does not say.
parallelism::Request with_software(const Common& common, const parallelism::Software& software) {
  parallelism::Request request = common.request;
  request.software = software;
  const auto open = [&](const char* member) { return !common.given.contains(member); };
  if (open("overlap_gradients")) request.overlap_gradients = software.overlap_gradients;
  if (open("overlap_parameters")) request.overlap_parameters = software.overlap_parameters;
  if (open("overlap_tensor")) request.overlap_tensor = software.overlap_tensor;
  if (open("gradient_precision")) request.gradient_precision = software.gradient_precision;
  return request;
}

}  // namespace

std::optional<step::Task> make_task(const Common& common, const Definitions& definitions) {
  auto task = make_bare_task(common, definitions);
  if (!task || !definitions.models.contains(common.model) ||
      definitions.faulty.contains("models/" + common.model) ||
      definitions.faulty.contains("software/" + common.software)) {
    return std::nullopt;
  }
  parallelism::Software software;
  std::string content;
  if (const auto found = definitions.software.find(common.software);
      found != definitions.software.end()) {
    software = found->second;
    content = definitions.digests.at("software/" + common.software);
  }
  const bool unfused = software.attention == parallelism::AttentionKind::unfused;
  task->model = (unfused ? definitions.unfused_models : definitions.models).at(common.model);
  task->request = with_software(common, software);
  task->request.measured = common.measured.on(task->node.accelerator.name);
  task->identity = sha256(definitions.digests.at("models/" + common.model) + content +
                          request_text(task->request) + task->identity);
  return task;
}

std::vector<step::Objection> settle_plan(step::Task& task, std::int64_t nodes) {
  if (!task.request.search) return {};
  const parallelism::Batch& batch = task.request.batch;
  const auto accelerators = static_cast<double>(nodes * task.node.accelerators);
  const double samples = task.model.tokens_per_sample > 0
                             ? std::max(1.0, std::floor(0x1p22 / task.model.tokens_per_sample))
                             : accelerators;
  const auto found =
      planner::search(task, nodes, batch.global_batch.value_or(static_cast<std::int64_t>(samples)));
  if (!found) {
    return {{"",
             fmt::format("no plan for {} on {} accelerators fits memory and batch", task.model.name,
                         nodes * task.node.accelerators),
             "use more chips, chips with more memory, or another global_batch"}};
  }
  task.request = found->request;
  task.request.search = false;
  task.identity = sha256(task.identity + request_text(task.request));
  return {};
}

void report(Object& object, const std::vector<step::Objection>& objections) {
  for (const step::Objection& objection : objections) {
    const bool elsewhere = objection.member.starts_with("../");
    object.problem_at(elsewhere                  ? objection.member.substr(2)
                      : objection.member.empty() ? "/plan"
                                                 : "/plan/" + objection.member,
                      objection.message, objection.remedy);
  }
}

bool check(Object& object, const step::Task& task, std::int64_t nodes) {
  auto found = step::objections(task);
  if (found.empty()) found = step::objections(task, nodes);
  report(object, found);
  return found.empty();
}

}  // namespace trainyard::scenario
