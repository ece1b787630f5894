// What stands against a plan whose layers were measured: tables have no figures between their rows.
#pragma once

#include <vector>

#include "step/task.hpp"

namespace trainyard::step {

void object_to_measured(const Task& task, std::vector<Objection>& objections);

}  // namespace trainyard::step
