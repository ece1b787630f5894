#include "pipeline/gpipe.hpp"

namespace trainyard::pipeline {

std::vector<Block> gpipe(Stage stage) {
  std::vector<Block> blocks;
  for (const Pass pass : {Pass::forward, Pass::backward}) {
    for (std::int64_t i = 0; i < stage.micro_batches; ++i) blocks.push_back({pass, i});
  }
  return blocks;
}

}  // namespace trainyard::pipeline
