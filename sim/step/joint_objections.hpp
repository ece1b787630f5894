// What is wrong with a task of sections and branches. Members begin at the job: "../branches/...".
#pragma once

#include <vector>

#include "step/task.hpp"

namespace trainyard::step {

std::vector<Objection> joint_objections(const Task& task);

}  // namespace trainyard::step
