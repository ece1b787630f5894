#include "scheduling/sjf.hpp"

#include "scheduling/in_line.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> sjf(const Settings& /*settings*/) {
  return std::make_unique<InLine>(
      Line{.key = [](const Candidate& candidate) { return candidate.estimate.value(); }});
}

}  // namespace trainyard::scheduling
