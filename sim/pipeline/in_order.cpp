#include "pipeline/in_order.hpp"

#include "base/check.hpp"

namespace trainyard::pipeline {

InOrder::InOrder(const std::vector<std::int64_t>& first) {
  for (const std::int64_t micro_batch : first) next_.push_back({micro_batch, micro_batch});
}

void InOrder::forward(std::int64_t chunk) {
  blocks_.push_back({Pass::forward, next(chunk).forward++, chunk});
  ++kept_;
}

void InOrder::backward(std::int64_t chunk) {
  blocks_.push_back({Pass::backward, next(chunk).backward++, chunk});
  --kept_;
}

void InOrder::input_gradient(std::int64_t chunk) {
  const std::int64_t micro_batch = next(chunk).backward++;
  blocks_.push_back({Pass::input_gradient, micro_batch, chunk});
  owed_.push_back({Pass::weight_gradient, micro_batch, chunk});
}

void InOrder::weight_gradient() {
  EXPECT(!owed_.empty());
  blocks_.push_back(owed_.front());
  owed_.pop_front();
  --kept_;
}

}  // namespace trainyard::pipeline
