// ZB-V: backward passes split as in ZB-H1, and two chunks on each stage in the shape of a V, so
// that a micro-batch turns round on the last stage and comes home to the first, which can start its
// backward pass at once (Qi et al., arXiv 2401.10241, section 6). A stage keeps up to 2 p chunks of
// activations, as much as the first stage of 1F1B. The order is the paper's by hand, as PyTorch
// writes it (torch/distributed/pipelining/schedules.py, ScheduleZBVZeroBubble).
//
// Where F = B = W (of one chunk, B the input gradient alone) and m >= 2 p - 1, a stage never waits
// between its first block and its last; the last stage starts p - 1 passes after the first, which
// is the bubble of the whole: (p - 1) F. For F = B >= W it is (p - 1) max(F, 2 (F - W)). There is
// no closed form for other passes, the paper searches for better orders then.
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> zero_bubble_v(Stage stage);

}  // namespace trainyard::pipeline
