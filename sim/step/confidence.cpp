#include "step/confidence.hpp"

#include <vector>

namespace trainyard::step {

Band Confidence::band(const Task& task, std::int64_t accelerators) const {
  if (task.exchange) return {};
  const std::string& chip = task.node.accelerator.name;
  const std::string& software = task.request.software.name;
  const std::string both = chip + "/" + software;
  for (const std::string& name : {both, software, chip, std::string("all")}) {
    const auto found = families_.find(name);
    if (found == families_.end()) continue;
    const bool near = name == both && accelerators <= 2 * found->second.largest;
    return {.family = name, .of = found->second, .extrapolated = !near};
  }
  return {};
}

}  // namespace trainyard::step
