// Interleaved 1F1B: a stage holds several short chunks instead of one long, so that the pipeline
// fills and drains in shorter steps: v chunks cut the bubble of 1F1B to 1/v, (p - 1)(f + b) for
// passes of one chunk, and cost v times the messages (Narayanan et al., arXiv 2104.04473, section
// 2.2.2). The order is Megatron-LM's: `stages` micro-batches through one chunk, the same through
// the next one, and so on.
#pragma once

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

std::vector<Block> interleaved(Stage stage);
std::string interleaved_objection(Stage stage);

}  // namespace trainyard::pipeline
