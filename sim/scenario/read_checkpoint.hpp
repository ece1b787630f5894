// Reader of when and where jobs save their state.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "model/model.hpp"

namespace trainyard::scenario {

// Reads "checkpoint_every" and "checkpoint", by default of `usual` size; sites and failures have
// been read.
fleet::Checkpoint read_checkpoint(document::Object& object, const fleet::World& world, Bytes usual);

// Of all ranks together: what is needed to train on from it.
Bytes checkpoint_size(const model::Model& model);

}  // namespace trainyard::scenario
