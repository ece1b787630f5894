// Models that see: vision_transformer and video_transformer.
#include <fmt/format.h>

#include "model/video_transformer.hpp"
#include "model/vision_transformer.hpp"
#include "scenario/read_architecture.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

model::ConvolutionStage read_stage(const std::string& name, Object object) {
  const auto n = [&](const char* key, const char* doc, double most) {
    return object.integer(key, {.doc = doc, .minimum = 1, .maximum = most}).value_or(1);
  };
  model::ConvolutionStage stage;
  stage.name = name;
  stage.height = n("height", "Positions down the outputs", huge_image);
  stage.width = n("width", "Positions across the outputs", huge_image);
  stage.channels_in = n("channels_in", "Channels that the first block takes", huge_degree);
  stage.channels_out = n("channels_out", "Channels that each block gives", huge_degree);
  stage.kernel = n("kernel", "Positions along each side of the kernel", 1000);
  stage.blocks = n("blocks", "Convolutions", 1000);
  return stage;
}

void read_clip(ModelMembers& members, model::VideoTransformer& shape) {
  const auto n = [&](const char* key, const char* doc, double most = huge_count) {
    return members.count(key, doc, most);
  };
  shape.cameras = n("cameras", "Cameras of a clip; video_transformer", 1000);
  shape.frames = n("frames", "Frames of a clip, each camera; video_transformer", huge_image);
  shape.height = n("height", "Pixels; video_transformer", huge_image);
  shape.width = n("width", "Pixels; video_transformer", huge_image);
  shape.patch = n("patch", "Pixels along each side of a patch; models that see", huge_image);
  shape.temporal_stride =
      n("temporal_stride", "Frames merged into one; video_transformer", huge_image);
  shape.bytes_per_pixel = members.number(
      "bytes_per_pixel", "Bytes of a pixel as it reaches the accelerator; video_transformer", 64);
  shape.window = n("window", "Positions that one position attends to; video_transformer");
  shape.outputs = n("outputs", "Columns of the output head; video_transformer");
}

void check_clip(ModelMembers& members, const model::VideoTransformer& shape) {
  members.divides("height", shape.height, shape.patch, "patch");
  members.divides("width", shape.width, shape.patch, "patch");
  members.divides("frames", shape.frames, shape.temporal_stride, "temporal_stride");
}

// Each stage takes what the one before gives; a patch covers whole positions of the last.
void check_trunk(ModelMembers& members, const model::VideoTransformer& shape) {
  std::int64_t channels = shape.trunk.empty() ? 0 : shape.trunk.front().channels_in;
  for (const model::ConvolutionStage& stage : shape.trunk) {
    if (stage.channels_in != channels) {
      members.problem("trunk",
                      fmt::format("\"{}\" takes {} channels, the stage before it gives {}",
                                  stage.name, stage.channels_in, channels),
                      "make them equal");
    }
    channels = stage.channels_out;
  }
  if (shape.trunk.empty()) return;
  const model::ConvolutionStage& last = shape.trunk.back();
  const std::int64_t rows = shape.height / shape.patch;
  const std::int64_t columns = shape.width / shape.patch;
  if (last.height % rows != 0 || last.width % columns != 0) {
    members.problem("trunk",
                    fmt::format("{} x {} positions of \"{}\" are no multiple of {} x {} patches",
                                last.height, last.width, last.name, rows, columns),
                    "change the last stage or the patch");
  }
}

}  // namespace

model::Model read_vision_transformer(ModelMembers& members) {
  model::VisionTransformer shape;
  shape.layers = members.count("layers", "Transformer layers", huge_degree);
  shape.hidden = members.count("hidden", "Width of the residual stream");
  shape.heads = members.count("heads", "Attention heads");
  shape.ffn = members.count("ffn", "Inner width of the feed-forward");
  shape.image =
      members.count("image", "Pixels along each side of an image; vision_transformer", huge_image);
  shape.patch =
      members.count("patch", "Pixels along each side of a patch; models that see", huge_image);
  shape.classes = members.count("classes", "Columns of the head; vision_transformer");
  shape.attention = read_attention_kernel(members);
  shape.dropout = read_dropout(members);
  if (members.sound()) members.divides("image", shape.image, shape.patch, "patch");
  return build(shape);
}

model::Model read_video_transformer(ModelMembers& members) {
  model::VideoTransformer shape;
  shape.layers = members.count("layers", "Transformer layers", huge_degree);
  shape.hidden = members.count("hidden", "Width of the residual stream");
  shape.heads = members.count("heads", "Attention heads");
  shape.ffn = members.count("ffn", "Inner width of the feed-forward");
  read_clip(members, shape);
  members.each("trunk",
               "Convolutional stages that see each image first, by name; default none; "
               "video_transformer",
               Presence::optional, [&](const std::string& name, Object stage) {
                 shape.trunk.push_back(read_stage(name, std::move(stage)));
               });
  if (members.sound()) check_clip(members, shape);
  if (members.sound()) check_trunk(members, shape);
  return build(shape);
}

}  // namespace trainyard::scenario
