#include "pipeline/zero_bubble_h1.hpp"

#include <algorithm>

#include "pipeline/in_order.hpp"

namespace trainyard::pipeline {

std::vector<Block> zero_bubble_h1(Stage stage) {
  const std::int64_t warm_up = std::min(stage.stages - stage.stage, stage.micro_batches) - 1;
  InOrder order({0});
  for (std::int64_t i = 0; i < warm_up; ++i) order.forward();
  for (std::int64_t i = 0; i < stage.micro_batches; ++i) {
    if (i + warm_up < stage.micro_batches) {
      if (order.kept() == stage.stages) order.weight_gradient();
      order.forward();
    } else if (order.owed() > 0) {
      // Here 1F1B waits for the next stage.
      order.weight_gradient();
    }
    order.input_gradient();
  }
  while (order.owed() > 0) order.weight_gradient();
  return std::move(order).blocks();
}

}  // namespace trainyard::pipeline
