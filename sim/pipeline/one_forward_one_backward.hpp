// 1F1B: a stage runs ahead by as many micro-batches as stages follow it, then alternates. Stage s
// of p keeps min(p - s, micro-batches); the bubble is (p - 1)(F + B), for passes that take F and B
// (Narayanan et al., arXiv 2104.04473, section 2.2.1).
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> one_forward_one_backward(Stage stage);

}  // namespace trainyard::pipeline
