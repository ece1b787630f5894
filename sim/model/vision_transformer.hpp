// Image classifier (ViT, Dosovitskiy et al., arXiv 2010.11929): square patches and a class token
// through layers that all look at all of them; the head reads the class token. A sample is an
// image.
#pragma once

#include <cstdint>

#include "model/attention.hpp"
#include "model/model.hpp"

namespace trainyard::model {

struct VisionTransformer {
  std::int64_t image = 0;  // pixels along each side
  std::int64_t patch = 0;  // pixels along each side
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t ffn = 0;
  std::int64_t classes = 0;
  AttentionKernel attention = AttentionKernel::fused;
  bool dropout = false;
};

// Patches and the class token.
double positions(const VisionTransformer& shape);

// Name and summary are left to the caller.
Model build(const VisionTransformer& shape);

}  // namespace trainyard::model
