#include "scenario/read_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/catalog.hpp"
#include "collective/collective.hpp"
#include "pipeline/schedule.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

constexpr double huge_count = 1e9;
constexpr double huge_degree = 1e6;

parallelism::Batch read_batch(Object& object) {
  parallelism::Batch batch;
  const auto optional_count = [&](const char* key, const char* doc, double most) {
    return object.integer(
        key, {.doc = doc, .presence = Presence::optional, .minimum = 1, .maximum = most});
  };
  batch.micro_batch =
      optional_count("micro_batch", "Samples of a micro-batch; default 1", huge_degree).value_or(1);
  batch.micro_batches = optional_count(
      "micro_batches",
      "Micro-batches of each replica in a step: the global batch grows with the replicas",
      huge_degree);
  batch.global_batch = optional_count(
      "global_batch", "Samples of a step over all replicas: replicas must divide it", huge_count);
  if (object.absent()) return batch;
  if (batch.micro_batches && batch.global_batch) {
    object.problem("global_batch", "both \"micro_batches\" and \"global_batch\" are given",
                   "keep one of the two");
    batch.global_batch.reset();
  }
  if (!batch.micro_batches && !batch.global_batch) {
    if (!object.has("search") && !object.has("micro_batches") && !object.has("global_batch")) {
      object.problem("", "neither \"micro_batches\" nor \"global_batch\" is given",
                     "add one of the two");
    }
    batch.micro_batches = 1;
  }
  return batch;
}

// "auto" first, or last where something else is the default.
std::vector<std::string> algorithm_names(const char* otherwise) {
  auto all = names(collective::algorithms());
  all.insert(all.begin(), "auto");
  std::stable_partition(all.begin(), all.end(),
                        [&](const std::string& name) { return name == otherwise; });
  return all;
}

// A member that is one of a few words, each with its value; the first where absent.
template <class T>
struct Word {
  const char* text;
  T value;
};
template <class T>
T choice(Object& object, const char* key, const char* doc, const std::vector<Word<T>>& words) {
  std::vector<std::string> texts;
  for (const Word<T>& word : words) texts.emplace_back(word.text);
  const auto text =
      object.text(key, {.doc = doc, .presence = Presence::optional, .one_of = std::move(texts)});
  for (const Word<T>& word : words) {
    if (text == word.text) return word.value;
  }
  return words.front().value;
}

std::string choice(Object& object, const char* key, const char* doc,
                   std::vector<std::string> one_of) {
  const std::string first = one_of.front();
  return object.text(key, {.doc = doc, .presence = Presence::optional, .one_of = std::move(one_of)})
      .value_or(first);
}

bool yes(Object& object, const char* key, const char* doc, bool otherwise) {
  return object.boolean(key, {.doc = doc, .presence = Presence::optional}).value_or(otherwise);
}

std::int64_t degree(Object& object, const char* key, const char* doc, std::int64_t otherwise = 1) {
  return object
      .integer(key,
               {.doc = doc, .presence = Presence::optional, .minimum = 1, .maximum = huge_degree})
      .value_or(otherwise);
}

void read_degrees(Object& object, parallelism::Request& request) {
  request.tensor = degree(object, "tensor", "Tensor-parallel degree, within a node; default 1");
  request.context = degree(object, "context", "Ranks that divide each sequence; default 1");
  request.pipeline = degree(object, "pipeline", "Pipeline stages; default 1");
  request.expert =
      degree(object, "expert", "Ranks that divide the experts, of context x data; default 1");
  const auto data = object.integer_or_text(
      "data", {.doc = "Data-parallel replicas, or \"fill\": as many as the chips allow (default)",
               .presence = Presence::optional,
               .minimum = 1,
               .maximum = huge_degree,
               .one_of = {"fill"}});
  if (data) request.data = data->integer;
}

// "8,8,7": layers of each stage.
void read_layers(Object& object, parallelism::Request& request) {
  const auto text = object.text(
      "layers", {.doc = "Layers of each stage (of each piece, first to last, where a stage holds "
                        "several), e.g. \"7,8,8,7\"; default: as even as can be",
                 .presence = Presence::optional});
  request.count_ends = yes(object, "count_ends",
                           "Count embedding and head as a layer each when layers are shared out; "
                           "default false",
                           false);
  if (!text || object.describing()) return;
  std::int64_t number = 0;
  for (const char *at = text->data(), *end = at + text->size(); at <= end;) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0 || number > 1000000 || (rest != end && *rest != ',')) {
      object.problem("layers", fmt::format("\"{}\" is no list of numbers", *text),
                     "write numbers with commas, e.g. \"7,8,8,7\"");
      request.layers.clear();
      return;
    }
    request.layers.push_back(number);
    at = rest + 1;
  }
}

void read_pipeline(Object& object, parallelism::Request& request) {
  auto schedules = names(pipeline::schedules());
  request.schedule = choice(object, "schedule", "Pipeline schedule; default 1f1b", schedules);
  request.chunks = degree(object, "chunks",
                          "Pieces of the model that each stage holds; interleaved only; default 1");
  read_layers(object, request);
  request.sends = choice<parallelism::Sends>(
      object, "sends",
      "Whether a stage goes on once it has sent (buffered, default) or waits for its receiver",
      {{"buffered", parallelism::Sends::buffered},
       {"blocking", parallelism::Sends::blocking},
       {"rendezvous", parallelism::Sends::rendezvous}});
}

hardware::Precision read_precision(Object& object, const char* key, const char* doc,
                                   hardware::Precision otherwise) {
  std::vector<std::string> texts(hardware::precision_names.begin(),
                                 hardware::precision_names.end());
  const std::string first(hardware::precision_names[static_cast<std::size_t>(otherwise)]);
  std::stable_partition(texts.begin(), texts.end(),
                        [&](const std::string& text) { return text == first; });
  const std::string text = choice(object, key, doc, texts);
  for (std::size_t i = 0; i < hardware::precision_names.size(); ++i) {
    if (text == hardware::precision_names[i]) return static_cast<hardware::Precision>(i);
  }
  return otherwise;
}

void read_sharding(Object& object, parallelism::Request& request) {
  using parallelism::Sharding;
  request.sharding = choice<Sharding>(
      object, "sharding",
      "What replicas divide among themselves: none (default), optimizer states (ZeRO-1), gradients "
      "(ZeRO-2), parameters (ZeRO-3, FSDP)",
      {{"none", Sharding::none},
       {"optimizer", Sharding::optimizer},
       {"gradients", Sharding::gradients},
       {"parameters", Sharding::parameters}});
  request.shard_over = object
                           .integer("shard_over", {.doc = "Peers that share (hybrid sharding), a "
                                                          "divisor of context x data; default: all",
                                                   .presence = Presence::optional,
                                                   .minimum = 1,
                                                   .maximum = huge_degree})
                           .value_or(0);
  request.reshard =
      yes(object, "reshard",
          "Give gathered parameters up between forward and backward; default true", true);
  request.overlap_parameters =
      yes(object, "overlap_parameters",
          "Gather parameters while the layer before computes; default true", true);
  request.overlap_gradients =
      yes(object, "overlap_gradients", "Sum gradients while backward runs; default true", true);
  request.overlap_tensor = yes(
      object, "overlap_tensor",
      "Run tensor exchanges beside products as far as the software can; default: as it does", true);
  request.bucket = object
                       .optional_quantity<Bytes>(
                           "bucket", {.doc = "Gradients summed together, at least; default 100 MB",
                                      .minimum = 0})
                       .value_or(request.bucket);
}

void read_exchanges(Object& object, parallelism::Request& request) {
  parallelism::Algorithms& algorithms = request.algorithms;
  algorithms.gradients = choice(object, "gradient_collective",
                                "How gradients are summed and parameters gathered; auto (default): "
                                "the fastest for the size; where one does not fit, ring",
                                algorithm_names("auto"));
  algorithms.tensor =
      choice(object, "tensor_collective", "The same within tensor groups; default ring",
             algorithm_names("ring"));
  algorithms.context =
      choice(object, "context_collective", "The same within context groups; default ring",
             algorithm_names("ring"));
  algorithms.expert =
      choice(object, "expert_collective", "How tokens reach their experts; default direct",
             algorithm_names("direct"));
  request.detail = choice<parallelism::Detail>(
      object, "detail",
      "How far collectives are played: a closed form where tensor groups have their links for "
      "themselves and one flow for each exchange with everyone (auto, default), a flow for each "
      "rank and transfer (flows), every message a flow (messages)",
      {{"auto", parallelism::Detail::automatic},
       {"flows", parallelism::Detail::flows},
       {"messages", parallelism::Detail::messages}});
}

void read_context(Object& object, parallelism::Request& request) {
  using parallelism::Context;
  request.context_kind = choice<Context>(
      object, "context_kind",
      "How ranks see the keys and values of other parts of the sequence; default ring",
      {{"ring", Context::ring},
       {"all_gather", Context::all_gather},
       {"ulysses", Context::ulysses}});
  const auto capacity = object.number(
      "capacity_factor", {.doc = "Room of an expert's buffer over the average load, which is "
                                 "computed in full; tokens beyond are dropped; default: no limit",
                          .presence = Presence::optional,
                          .minimum = 0,
                          .maximum = 1000,
                          .minimum_excluded = true});
  const auto imbalance = object.number(
      "expert_imbalance", {.doc = "Tokens of the busiest rank's experts over the average, where "
                                  "no capacity is set; default 1",
                           .presence = Presence::optional,
                           .minimum = 1,
                           .maximum = 1000});
  request.expert_nodes = object
                             .integer("expert_nodes", {.doc = "Nodes that one token is sent to at "
                                                              "most; default: any number",
                                                       .presence = Presence::optional,
                                                       .minimum = 1,
                                                       .maximum = huge_degree})
                             .value_or(0);
  request.expert_load = capacity.value_or(imbalance.value_or(1));
  if (capacity && imbalance && !object.describing()) {
    object.problem("expert_imbalance", "a capacity factor is given, which all experts fill",
                   "keep one of the two");
  }
}

}  // namespace

parallelism::Request read_plan(Object object) {
  parallelism::Request request;
  request.search = yes(object, "search",
                       "Find tensor, pipeline, micro_batch, recompute and sharding by estimate and "
                       "keep the rest as given; needs global_batch; default false",
                       false);
  read_degrees(object, request);
  request.batch = read_batch(object);
  if (request.search && !request.batch.global_batch && !object.describing()) {
    object.problem("search", "a search needs to know the samples of a step",
                   "add \"global_batch\"");
  }
  read_pipeline(object, request);
  read_exchanges(object, request);
  request.precision = read_precision(
      object, "precision", "Data type of matrix products; default bf16", hardware::Precision::bf16);
  request.gradient_precision = read_precision(
      object, "gradient_precision",
      "Data type in which gradients are kept and summed; default fp32", hardware::Precision::fp32);
  using parallelism::Recompute;
  request.recompute = choice<Recompute>(
      object, "recompute",
      "What is computed again in backward to save memory: none (default), selective (the inside "
      "of attention; where that is fused, norms and activation functions), full",
      {{"none", Recompute::none}, {"selective", Recompute::selective}, {"full", Recompute::full}});
  using parallelism::Order;
  request.order = choice<Order>(object, "order",
                                "Which degree varies fastest after tensor; default "
                                "tensor-data-pipeline",
                                {{"tensor-data-pipeline", Order::tensor_data_pipeline},
                                 {"tensor-pipeline-data", Order::tensor_pipeline_data}});
  request.sequence_parallel =
      yes(object, "sequence_parallel", "Divide norms over the tensor group; default true", true);
  read_sharding(object, request);
  read_context(object, request);
  request.jitter = object
                       .number("jitter", {.doc = "Standard deviation of a chip's speed over a "
                                                 "step, relative; default 0",
                                          .presence = Presence::optional,
                                          .minimum = 0,
                                          .maximum = 0.5})
                       .value_or(0);
  return request;
}

void read_section_plan(Object& object, parallelism::Request& request, std::set<std::string>& own) {
  for (const char* member : {"tensor", "precision"}) {
    if (object.has(member)) own.insert(member);
  }
  request.tensor =
      degree(object, "tensor", "Tensor-parallel degree here; default: the plan's", request.tensor);
  request.precision =
      read_precision(object, "precision", "Data type of matrix products here; default: the plan's",
                     request.precision);
}

}  // namespace trainyard::scenario
