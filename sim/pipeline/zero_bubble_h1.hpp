// ZB-H1: 1F1B whose backward pass is split. The previous stage waits for the gradient of the inputs
// alone; that of the weights fills the end of the step, where 1F1B waits. Stage s puts off as many
// as 1F1B leaves it memory for (Qi et al., arXiv 2401.10241, section 2), so that every stage
// keeps up to p micro-batches, what the first one keeps in 1F1B.
//
// Bubble: (p - 1)(F + B - W) for m >= p and W <= min(F, B), where B is the input gradient alone.
// More generally (p - 1)(F + B) - (min(m, p) - 1) min(W, F), as long as min(W, F) <= B; never less
// than (p - 1) F, by which the last stage starts late.
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> zero_bubble_h1(Stage stage);

}  // namespace trainyard::pipeline
