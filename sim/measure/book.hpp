// The books of a fleet's chips: whose they are where, how old, and which are between sites, as
// planned by deliveries and moves.
#pragma once

#include <vector>

#include "fleet/world.hpp"

namespace trainyard::measure {

// From `time` on there are so many more nodes of a kind and an owner at a site.
struct BookChange {
  Instant time;
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  std::int64_t nodes = 0;
  std::int64_t paying = 0;      // of these, not yet paid off
  std::int64_t travelling = 0;  // of these, on their way from another site
};

// In order of time.
std::vector<BookChange> book(const fleet::World& world);

}  // namespace trainyard::measure
