// platforms/confidence.json, which analysis/validate.py writes.
#pragma once

#include "scenario/library.hpp"
#include "step/confidence.hpp"

namespace trainyard::scenario {

// Of the first folder that has the file; of none, nothing is known. Throws InputError.
step::Confidence read_confidence(const Library& library);

}  // namespace trainyard::scenario
