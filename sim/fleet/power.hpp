// What a site may draw at a moment: its phases of power and cooling, outages, and a substation that
// opens.
#pragma once

#include <optional>
#include <vector>

#include "fleet/world.hpp"

namespace trainyard::fleet {

// The site's limit at a moment, given when its substation opened, if it did. Facility power.
Watts limit_at(const Site& site, Instant now, std::optional<Instant> tripped);

// The moments within a horizon at which that may change.
std::vector<Instant> limit_changes(const Site& site, Instant from, Instant to);

}  // namespace trainyard::fleet
