#include "step/confidence.hpp"

#include <vector>

namespace trainyard::step {

Band Confidence::band(const Task& task, std::int64_t accelerators) const {
  // Bands say how far the kernel model is off.
  if (task.exchange || task.request.measured != nullptr) return {};
  const std::string& chip = task.node.accelerator.name;
  const std::string& software = task.request.software.name;
  const std::string both = chip + "/" + software;
  for (const std::string& name : {both, software, chip, std::string("all")}) {
    const auto found = families_.find(name);
    if (found == families_.end()) continue;
    // Nothing that was measured trained on several kinds of chips or at several sites.
    const bool near = name == both && !task.joint && accelerators <= 2 * found->second.largest;
    return {.family = name, .of = found->second, .extrapolated = !near};
  }
  return {};
}

}  // namespace trainyard::step
