#include "measure/names.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

bool named(const fleet::Job& job) {
  return job.workload == fleet::none;
}

// Kinds of node that are delivered or that a job may run on, in the order first met.
std::vector<std::size_t> used_nodes(const fleet::World& world) {
  std::vector<std::size_t> used;
  std::vector<bool> met(world.nodes.size());
  const auto meet = [&](std::size_t node) {
    if (met[node]) return;
    met[node] = true;
    used.push_back(node);
  };
  for (const fleet::Delivery& delivery : world.deliveries) meet(delivery.node);
  for (const fleet::Job& job : world.jobs) {
    for (const fleet::Option& option : job.options) meet(option.node);
  }
  return used;
}

Places places(const Names& names, const fleet::World& world, const std::vector<std::size_t>& used) {
  Places places;
  for (const fleet::Site& site : world.sites) {
    places.sites.push_back(names.sites.index(site.place.name));
  }
  places.accelerators.assign(world.nodes.size(), fleet::none);
  for (const std::size_t node : used) {
    places.accelerators[node] = names.accelerators.index(world.nodes[node].accelerator.name);
  }
  for (const std::string& owner : world.owners) places.owners.push_back(names.owners.index(owner));
  places.jobs.reserve(world.jobs.size());
  for (const fleet::Job& job : world.jobs) {
    places.jobs.push_back(named(job) ? names.jobs.index(job.name) : fleet::none);
  }
  for (const hardware::WanLink& link : world.wan) {
    places.links.push_back(names.links.index(link.name));
  }
  for (const fleet::Cause& cause : world.failures.causes) {
    places.causes.push_back(names.causes.index(cause.name));
    places.components.push_back(names.components.index(cause.component));
  }
  return places;
}

}  // namespace

void NameList::add(const std::string& name) {
  if (places_.emplace(name, names_.size()).second) names_.push_back(name);
}

std::size_t NameList::index(const std::string& name) const {
  const auto found = places_.find(name);
  EXPECT(found != places_.end());
  return found->second;
}

Names names(std::span<const fleet::World> worlds) {
  Names names;
  for (const fleet::World& world : worlds) {
    names.variants.add(world.variant);
    for (const fleet::Site& site : world.sites) names.sites.add(site.place.name);
    const std::vector<std::size_t> used = used_nodes(world);
    for (const std::size_t node : used) {
      names.accelerators.add(world.nodes[node].accelerator.name);
    }
    for (const std::string& owner : world.owners) names.owners.add(owner);
    for (const fleet::Job& job : world.jobs) {
      if (named(job)) names.jobs.add(job.name);
    }
    for (const fleet::Workload& workload : world.workloads) names.workloads.add(workload.name);
    for (const hardware::WanLink& link : world.wan) names.links.add(link.name);
    for (const fleet::Cause& cause : world.failures.causes) {
      names.causes.add(cause.name);
      names.components.add(cause.component);
    }
    names.places.push_back(places(names, world, used));
  }
  return names;
}

}  // namespace trainyard::measure
