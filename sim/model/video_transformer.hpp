// Multi-camera video transformer, the shape of a self-driving or robot policy model: a sample is a
// clip of cameras x frames images; each image is cut into patches, `temporal_stride` frames are
// merged into one step, and attention looks at windows of `window` positions. A convolutional trunk
// may see each image first; a patch is then what lies under it in the trunk's last stage. Sizes of
// real models are not public; every data file says what is assumed.
#pragma once

#include <cstdint>
#include <vector>

#include "model/convolution.hpp"
#include "model/model.hpp"

namespace trainyard::model {

struct VideoTransformer {
  std::int64_t cameras = 0;
  std::int64_t frames = 0;
  std::int64_t height = 0;  // pixels
  std::int64_t width = 0;   // pixels
  std::int64_t patch = 0;   // pixels along each side
  std::int64_t temporal_stride = 1;
  double bytes_per_pixel = 0;  // as they reach the accelerator
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t ffn = 0;
  std::int64_t window = 0;   // positions that one position attends to
  std::int64_t outputs = 0;  // columns of the output head
  std::vector<ConvolutionStage> trunk;
};

// Positions (patches over cameras and merged frames) of one clip.
double positions(const VideoTransformer& shape);

// Name and summary are left to the caller.
Model build(const VideoTransformer& shape);

}  // namespace trainyard::model
