// The first layer of models that see: images cut into patches, each made into one position.
#pragma once

#include "model/transformer_block.hpp"

namespace trainyard::model {

inline constexpr double colours = 3;

// `patches` of `inner` numbers each onto the stream. Ranks of a tensor-parallel group divide a
// patch's numbers and sum what they make of them.
Part patch_embedding(const Stream& stream, double patches, double inner);

}  // namespace trainyard::model
