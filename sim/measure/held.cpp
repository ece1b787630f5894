#include "measure/held.hpp"

namespace trainyard::measure {

std::vector<Held> held(const fleet::World& world, const fleet::History& history) {
  std::vector<Held> all;
  all.reserve(history.allocations.size());
  for (const fleet::Allocation& allocation : history.allocations) {
    all.push_back({&world, &history, &allocation});
  }
  return all;
}

}  // namespace trainyard::measure
