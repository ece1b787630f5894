#include "scenario/read_model.hpp"

#include <fmt/format.h>

#include "base/catalog.hpp"
#include "collective/all_reduce.hpp"
#include "model/dense_transformer.hpp"
#include "model/video_transformer.hpp"
#include "pipeline/schedule.hpp"
#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;

namespace {

// Far beyond anything built. Products of what a plan or a clip multiplies stay within 64 bits.
constexpr double huge_count = 1e9;
constexpr double huge_degree = 1e6;
constexpr double huge_image = 65536;

std::int64_t count(Object& object, const char* key, const char* doc, bool asked,
                   double most = huge_count) {
  return object
      .integer(key, {.doc = doc,
                     .presence = asked ? Presence::required : Presence::optional,
                     .minimum = 1,
                     .maximum = most})
      .value_or(1);
}

bool yes(Object& object, const char* key, const char* doc, bool otherwise) {
  return object.boolean(key, {.doc = doc, .presence = Presence::optional}).value_or(otherwise);
}

// Members of one kind are optional in the schema, since the kinds share one object.
model::DenseTransformer read_dense(Object& object, bool asked) {
  model::DenseTransformer shape;
  const auto n = [&](const char* key, const char* doc) { return count(object, key, doc, asked); };
  shape.kv_heads = n("kv_heads", "Key and value heads; dense_transformer");
  shape.head_size = n("head_size", "Columns of one head; dense_transformer");
  shape.vocabulary = n("vocabulary", "Rows of the embedding, padding included; dense_transformer");
  shape.sequence = n("sequence", "Tokens of a training sequence; dense_transformer");
  shape.gated_ffn =
      yes(object, "gated_ffn", "Three feed-forward matrices instead of two; default false", false);
  shape.tied_head =
      yes(object, "tied_head", "The head shares the embedding's weights; default false", false);
  return shape;
}

model::VideoTransformer read_video(Object& object, bool asked) {
  model::VideoTransformer shape;
  const auto n = [&](const char* key, const char* doc, double most = huge_count) {
    return count(object, key, doc, asked, most);
  };
  shape.cameras = n("cameras", "Cameras of a clip; video_transformer", 1000);
  shape.frames = n("frames", "Frames of a clip, each camera; video_transformer", huge_image);
  shape.height = n("height", "Pixels; video_transformer", huge_image);
  shape.width = n("width", "Pixels; video_transformer", huge_image);
  shape.patch = n("patch", "Pixels along each side of a patch; video_transformer", huge_image);
  shape.temporal_stride =
      n("temporal_stride", "Frames merged into one; video_transformer", huge_image);
  Rule pixel = positive("Bytes of a pixel as it reaches the accelerator; video_transformer");
  pixel.presence = asked ? Presence::required : Presence::optional;
  pixel.maximum = 64;
  shape.bytes_per_pixel = object.number("bytes_per_pixel", pixel).value_or(1);
  shape.window = n("window", "Positions that one position attends to; video_transformer");
  shape.outputs = n("outputs", "Columns of the output head; video_transformer");
  return shape;
}

void check_video(Object& object, const model::VideoTransformer& shape) {
  const auto divides = [&](const char* key, std::int64_t whole, std::int64_t part,
                           const char* what) {
    if (whole % part == 0) return;
    object.problem(key, fmt::format("{} is no multiple of {} {}", whole, what, part),
                   fmt::format("use {}?", whole / part * part == 0 ? part : whole / part * part));
  };
  divides("height", shape.height, shape.patch, "patch");
  divides("width", shape.width, shape.patch, "patch");
  divides("frames", shape.frames, shape.temporal_stride, "temporal_stride");
}

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
    if (!object.has("micro_batches") && !object.has("global_batch")) {
      object.problem("", "neither \"micro_batches\" nor \"global_batch\" is given",
                     "add one of the two");
    }
    batch.micro_batches = 1;
  }
  return batch;
}

std::vector<std::string> collective_names() {
  auto all = names(collective::all_reduces());
  all.insert(all.begin(), "auto");
  return all;
}

// One of `one_of`, the first where absent.
std::string choice(Object& object, const char* key, const char* doc,
                   std::vector<std::string> one_of) {
  const std::string first = one_of.front();
  return object.text(key, {.doc = doc, .presence = Presence::optional, .one_of = std::move(one_of)})
      .value_or(first);
}

}  // namespace

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> rows{
      {"dense_transformer", "decoder-only language model, grouped-query attention"},
      {"video_transformer", "clips of several cameras, windowed attention over patches"},
  };
  return rows;
}

model::Model read_model(const std::string& name, Object object) {
  const std::size_t before = object.problem_count();
  const std::string summary =
      object.text("summary", {.doc = "One line that `trainyard list` prints"}).value_or("");
  object.text("source", {.doc = "Where the sizes come from", .presence = Presence::optional});
  object.laid_over("use", "Name of the model file that this builds on");
  const std::string kind =
      object.text("kind", {.doc = "Architecture", .one_of = names(architectures())}).value_or("");
  const std::int64_t layers =
      count(object, "layers", "Equal transformer layers", true, huge_degree);
  const std::int64_t hidden = count(object, "hidden", "Width of the residual stream", true);
  const std::int64_t heads = count(object, "heads", "Attention heads", true);
  const std::int64_t ffn = count(object, "ffn", "Inner width of the feed-forward", true);

  model::Model model;
  if (kind == "video_transformer" || object.describing()) {
    auto shape = read_video(object, kind == "video_transformer");
    shape.layers = layers;
    shape.hidden = hidden;
    shape.heads = heads;
    shape.ffn = ffn;
    if (object.problem_count() == before) check_video(object, shape);
    model = build(shape);
  }
  if (kind != "video_transformer" || object.describing()) {
    auto shape = read_dense(object, kind == "dense_transformer");
    shape.layers = layers;
    shape.hidden = hidden;
    shape.heads = heads;
    shape.ffn = ffn;
    if (object.problem_count() == before && heads % shape.kv_heads != 0) {
      object.problem("kv_heads", fmt::format("{} does not divide {} heads", shape.kv_heads, heads),
                     "share each key and value among equally many heads");
    }
    model = build(shape);
  }
  model.name = name;
  model.summary = summary;
  return model;
}

parallelism::Request read_plan(Object object) {
  parallelism::Request request;
  const auto degree = [&](const char* key, const char* doc) {
    return object
        .integer(key,
                 {.doc = doc, .presence = Presence::optional, .minimum = 1, .maximum = huge_degree})
        .value_or(1);
  };
  request.tensor = degree("tensor", "Tensor-parallel degree, within a node; default 1");
  request.pipeline = degree("pipeline", "Pipeline stages; default 1");
  const auto data = object.integer_or_text(
      "data", {.doc = "Data-parallel replicas, or \"fill\": as many as the chips allow (default)",
               .presence = Presence::optional,
               .minimum = 1,
               .maximum = huge_degree,
               .one_of = {"fill"}});
  if (data) request.data = data->integer;
  request.batch = read_batch(object);
  request.schedule =
      choice(object, "schedule", "Pipeline schedule; default 1f1b", names(pipeline::schedules()));
  request.gradient_collective = choice(object, "gradient_collective",
                                       "How gradients are summed; auto (default) and hierarchical: "
                                       "hierarchical where it fits every group, else ring",
                                       collective_names());
  const std::string precision =
      choice(object, "precision", "Data type of matrix products; default bf16",
             {hardware::precision_names.begin(), hardware::precision_names.end()});
  for (std::size_t i = 0; i < hardware::precision_names.size(); ++i) {
    if (precision == hardware::precision_names[i]) {
      request.precision = static_cast<hardware::Precision>(i);
    }
  }
  const std::string again =
      choice(object, "recompute",
             "Whether layers are computed again in backward to save memory; default none",
             {"none", "full"});
  request.recompute = again == "full" ? parallelism::Recompute::full : parallelism::Recompute::none;
  const std::string order = choice(
      object, "order", "Which degree varies fastest after tensor; default tensor-data-pipeline",
      {"tensor-data-pipeline", "tensor-pipeline-data"});
  request.order = order == "tensor-pipeline-data" ? parallelism::Order::tensor_pipeline_data
                                                  : parallelism::Order::tensor_data_pipeline;
  request.sequence_parallel =
      yes(object, "sequence_parallel", "Divide norms over the tensor group; default true", true);
  request.overlap_gradients =
      yes(object, "overlap_gradients", "Sum gradients while backward runs; default true", true);
  return request;
}

}  // namespace trainyard::scenario
