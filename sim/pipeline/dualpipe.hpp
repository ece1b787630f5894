// DualPipe: two copies of the model lie on the stages in opposite directions, and half of the
// micro-batches enters at each end, so that the pipeline fills from both (DeepSeek-V3 technical
// report, arXiv 2412.19437, section 3.2.1; the order is that of the published program,
// github.com/deepseek-ai/DualPipe, dualpipe.py). It keeps p + 1 micro-batches on every stage and
// twice the weights.
//
// The report runs the forward pass of one direction and the backward pass of the other as one, to
// hide messages behind computing; blocks here come one after the other. Its bubble, (p / 2 - 1)
// (F&B + B - 3 W) where B is the whole backward pass, holds if both passes of a pair end together.
// Here the forward pass is over earlier and the next stage starts earlier: for input gradients as
// long as forward passes and W <= F the bubble is (p / 2 - 1)(F + B - 2 W), B still the whole.
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> dualpipe(Stage stage);
std::string dualpipe_objection(Stage stage);

}  // namespace trainyard::pipeline
