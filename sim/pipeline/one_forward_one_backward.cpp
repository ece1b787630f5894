#include "pipeline/one_forward_one_backward.hpp"

#include <algorithm>

namespace trainyard::pipeline {

std::vector<Block> one_forward_one_backward(Stage stage) {
  const std::int64_t warm_up = std::min(stage.stages - stage.stage, stage.micro_batches) - 1;
  std::vector<Block> blocks;
  for (std::int64_t i = 0; i < warm_up; ++i) blocks.push_back({Pass::forward, i});
  for (std::int64_t i = 0; i < stage.micro_batches; ++i) {
    if (i + warm_up < stage.micro_batches) blocks.push_back({Pass::forward, i + warm_up});
    blocks.push_back({Pass::backward, i});
  }
  return blocks;
}

}  // namespace trainyard::pipeline
