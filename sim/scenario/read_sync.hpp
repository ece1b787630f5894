// How branches of a job keep their copies of the model equal.
#pragma once

#include "document/reader.hpp"
#include "step/joint.hpp"

namespace trainyard::scenario {

// `bits`: of a parameter's gradient, where the object does not say.
step::Sync read_sync(document::Object& object, double bits);

}  // namespace trainyard::scenario
