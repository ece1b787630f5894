// 1F1B: a stage runs ahead by as many micro-batches as stages follow it, then alternates. Bubble:
// (stages - 1) / micro_batches of the ideal time (Narayanan et al., arXiv 2104.04473,
// section 2.2.1).
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> one_forward_one_backward(Stage stage);
std::int64_t one_forward_one_backward_in_flight(Stage stage);

}  // namespace trainyard::pipeline
