// A convolutional trunk that sees each image before a transformer does: stages of equal blocks,
// each block one convolution with norm and activation (residual networks, He et al., arXiv
// 1512.03385). A convolution counts as the matrix product of [positions, kernel^2 channels] with
// its weights.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/transformer_block.hpp"

namespace trainyard::model {

struct ConvolutionStage {
  std::string name;
  std::int64_t height = 0;  // positions of its outputs
  std::int64_t width = 0;
  std::int64_t channels_in = 0;  // of the first block; the others take what it gives
  std::int64_t channels_out = 0;
  std::int64_t kernel = 0;  // positions along each side
  std::int64_t blocks = 0;
};

// Ranks of a tensor-parallel group share out the images where norms are divided.
Part convolutions(const std::vector<ConvolutionStage>& stages, double images);

}  // namespace trainyard::model
