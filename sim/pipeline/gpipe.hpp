// GPipe: all forward passes, then all backward passes. The bubble is that of 1F1B, the activations
// of every micro-batch are kept (Huang et al., arXiv 1811.06965).
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> gpipe(Stage stage);

}  // namespace trainyard::pipeline
