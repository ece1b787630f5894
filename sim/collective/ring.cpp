#include "collective/ring.hpp"

namespace trainyard::collective {

std::vector<Phase> ring(std::span<const std::int64_t> node_of) {
  const auto members = static_cast<std::int64_t>(node_of.size());
  Phase phase;
  for (std::int64_t i = 0; i < members; ++i) phase.next.push_back((i + 1) % members);
  phase.steps = 2 * static_cast<double>(members - 1);
  phase.share = phase.steps / static_cast<double>(members);
  return {phase};
}

}  // namespace trainyard::collective
