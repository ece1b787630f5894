#include "pipeline/zero_bubble_v.hpp"

#include <algorithm>

#include "pipeline/in_order.hpp"

namespace trainyard::pipeline {
namespace {

constexpr std::int64_t down = 0;
constexpr std::int64_t up = 1;

void both_gradients(InOrder& order, std::int64_t chunk) {
  order.input_gradient(chunk);
  order.weight_gradient();
}

// Forward passes fill the time until the first micro-batch is back. Needs 2 p - 1 micro-batches and
// leaves p - s of them turned round.
void warm_up(InOrder& order, Stage stage) {
  const std::int64_t after = stage.stages - stage.stage;
  for (std::int64_t i = 0; i < 2 * after - 1; ++i) order.forward(down);
  for (std::int64_t i = 0; i < stage.stage; ++i) {
    order.forward(up);
    order.forward(down);
  }
  for (std::int64_t i = 0; i < after; ++i) {
    order.forward(up);
    both_gradients(order, up);
  }
}

void cool_down(InOrder& order, Stage stage) {
  for (std::int64_t i = 0; i < stage.stage; ++i) {
    order.input_gradient(down);
    order.input_gradient(up);
  }
  for (std::int64_t i = stage.stage; i < stage.stages; ++i) both_gradients(order, down);
  while (order.owed() > 0) order.weight_gradient();
}

std::vector<Block> full(Stage stage) {
  InOrder order({0, 0});
  warm_up(order, stage);
  std::int64_t started = 2 * stage.stages - 1 - stage.stage;
  for (std::int64_t turned = stage.stages; turned < stage.micro_batches; ++turned) {
    if (started++ < stage.micro_batches) order.forward(down);
    both_gradients(order, down);
    order.forward(up);
    both_gradients(order, up);
  }
  cool_down(order, stage);
  return std::move(order).blocks();
}

}  // namespace

std::vector<Block> zero_bubble_v(Stage stage) {
  const std::int64_t micro_batches = stage.micro_batches;
  stage.micro_batches = std::max(micro_batches, 2 * stage.stages - 1);
  std::vector<Block> blocks = full(stage);
  // An order stays valid when all blocks of a micro-batch leave it.
  std::erase_if(blocks, [=](const Block& block) { return block.micro_batch >= micro_batches; });
  return blocks;
}

}  // namespace trainyard::pipeline
