// Low-rank adaptation (LoRA, Hu et al., arXiv 2106.09685): all weights are frozen; beside chosen
// products stands a pair of narrow ones that is trained, its output added.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace trainyard::model {

struct LowRank {
  std::int64_t rank = 0;
  std::vector<std::string> on;  // names of products
};

// Names of a model's products, each once, in the order of a forward pass.
std::vector<std::string> products(const Model& model);

// A frozen product needs no inputs for backward; its adapter keeps them instead. Gradients run
// through the whole model, down to the first layer.
Model with_adapters(Model model, const LowRank& shape);

}  // namespace trainyard::model
