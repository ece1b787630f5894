// A task on nodes of which one part is 10 % faster: played beside the task itself they say what
// would speed it up, contention and overlap included.
#pragma once

#include <string_view>
#include <vector>

#include "step/task.hpp"

namespace trainyard::step {

struct WhatIf {
  std::string_view name;
  std::string_view parts;  // which figures of the node are larger
  Task task;
};

// Plan and memory stay as they are: only rates grow. Runs wherever the task does.
std::vector<WhatIf> what_ifs(const Task& task);

}  // namespace trainyard::step
