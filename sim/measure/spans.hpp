// Changes to spans of time: each change holds until the next one of its kind.
#pragma once

#include <vector>

#include "base/units.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"

namespace trainyard::measure {

// Calls visit(change, until) for every change, `until` being the time of the next change with the
// same key, else `end`. Keys are below `keys`; changes of a key are in order of time.
template <class Change, class Key, class Visit>
void each_span(const std::vector<Change>& changes, std::size_t keys, Instant end, Key key,
               Visit visit) {
  std::vector<const Change*> open(keys, nullptr);
  for (const Change& change : changes) {
    const Change*& last = open[key(change)];
    if (last != nullptr) visit(*last, change.time);
    last = &change;
  }
  for (const Change* last : open) {
    if (last != nullptr) visit(*last, end);
  }
}

// Chips of one kind and owner at one site, as a key of their changes.
inline std::size_t pools(const fleet::World& world) {
  return world.sites.size() * world.nodes.size() * world.owners.size();
}
inline std::size_t pool(const fleet::World& world, const fleet::ChipChange& change) {
  return (change.site * world.nodes.size() + change.node) * world.owners.size() + change.owner;
}

}  // namespace trainyard::measure
