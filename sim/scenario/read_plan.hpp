// Reader of plans.
#pragma once

#include "document/reader.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::scenario {

parallelism::Request read_plan(document::Object object);

}  // namespace trainyard::scenario
