#include "pipeline/dualpipe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"
#include "pipeline/in_order.hpp"
#include "pipeline/objection.hpp"

namespace trainyard::pipeline {
namespace {

// A stage's blocks, seen from the end of the pipeline that it is nearer to: the near half of the
// micro-batches enters there, the far half at the other end. Both ends do the same.
class Writer {
 public:
  explicit Writer(Stage stage)
      : order_({0, stage.micro_batches / 2}),
        near_(stage.stage < stage.stages / 2 ? 0 : 1),
        far_(1 - near_),
        outside_(std::min(stage.stage, stage.stages - 1 - stage.stage)),
        inside_(stage.stages / 2 - 1 - outside_),
        half_(stage.micro_batches / 2),
        stages_(stage.stages) {}

  std::vector<Block> write() && {
    fill();
    alternate();
    drain();
    return std::move(order_).blocks();
  }

 private:
  void fill() {
    for (std::int64_t i = 0; i < 2 * inside_; ++i) order_.forward(near_);
    for (std::int64_t i = 0; i <= outside_; ++i) {
      order_.forward(near_);
      order_.forward(far_);
    }
    for (std::int64_t i = 0; i < inside_; ++i) {
      order_.input_gradient(far_);
      order_.weight_gradient();
      order_.forward(far_);
    }
  }

  void alternate() {
    for (std::int64_t i = 0; i < half_ - stages_ + outside_ + 1; ++i) {
      pair(near_, far_);
      pair(far_, near_);
    }
    for (std::int64_t i = 0; i < inside_; ++i) {
      order_.backward(far_);
      pair(far_, near_);
    }
  }

  // What the report overlaps.
  void pair(std::int64_t forward, std::int64_t backward) {
    order_.forward(forward);
    order_.backward(backward);
  }

  // The later half of the last backward passes puts its weight gradients off to the end.
  void drain() {
    const std::int64_t passes = 2 * (outside_ + 1);
    for (std::int64_t i = 0; i < passes; ++i) {
      const std::int64_t chunk = i % 2 == 0 ? far_ : near_;
      if (i < passes / 2) {
        order_.backward(chunk);
      } else {
        order_.input_gradient(chunk);
      }
    }
    for (std::int64_t i = 0; i < inside_; ++i) {
      order_.weight_gradient();
      order_.input_gradient(near_);
    }
    while (order_.owed() > 0) order_.weight_gradient();
  }

  InOrder order_;
  std::int64_t near_;     // chunk of the near half
  std::int64_t far_;      // chunk of the far half
  std::int64_t outside_;  // stages between this one and the near end
  std::int64_t inside_;   // stages between this one and the middle
  std::int64_t half_;     // micro-batches
  std::int64_t stages_;
};

}  // namespace

std::string dualpipe_objection(Stage stage) {
  const std::int64_t stages = stage.stages;
  const std::int64_t micro_batches = stage.micro_batches;
  if (stages % 2 != 0) {
    return fmt::format("dualpipe needs an even number of stages, not {}; use {}", stages,
                       stages == 1 ? "2" : fmt::format("{} or {}", stages - 1, stages + 1));
  }
  if (micro_batches < 2 * stages) {
    return fmt::format("dualpipe needs two micro-batches for each of the {} stages, not {}; use {}",
                       stages, micro_batches, 2 * stages);
  }
  if (micro_batches % 2 != 0) {
    return fmt::format("dualpipe splits micro-batches into two halves, not {}; use {} or {}",
                       micro_batches, micro_batches - 1, micro_batches + 1);
  }
  return object_to_other_than_two_chunks(stage);
}

std::vector<Block> dualpipe(Stage stage) {
  EXPECT(dualpipe_objection(stage).empty());
  return Writer(stage).write();
}

}  // namespace trainyard::pipeline
