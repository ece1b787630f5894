// Reader of plans.
#pragma once

#include <set>
#include <string>

#include "document/reader.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::scenario {

parallelism::Request read_plan(document::Object object);

// What a section of a branch may have for itself; `own` gets the names of what it was given.
void read_section_plan(document::Object& object, parallelism::Request& request,
                       std::set<std::string>& own);

}  // namespace trainyard::scenario
