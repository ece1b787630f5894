#include "measure/names.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::measure {

void NameList::add(const std::string& name) {
  if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
}

std::size_t NameList::index(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  EXPECT(found != names_.end());
  return static_cast<std::size_t>(found - names_.begin());
}

Names names(std::span<const fleet::World> worlds) {
  Names names;
  for (const fleet::World& world : worlds) {
    names.variants.add(world.variant);
    for (const fleet::Site& site : world.sites) names.sites.add(site.place.name);
    for (const fleet::Delivery& delivery : world.deliveries) {
      names.accelerators.add(world.nodes[delivery.node].accelerator.name);
    }
    for (const fleet::Job& job : world.jobs) {
      names.accelerators.add(world.nodes[job.node].accelerator.name);
    }
    for (const std::string& owner : world.owners) names.owners.add(owner);
    for (const fleet::Job& job : world.jobs) names.jobs.add(job.name);
  }
  return names;
}

}  // namespace trainyard::measure
