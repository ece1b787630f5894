// What a fleet costs, what is sold, and the hypothesis of how that is shared.
#pragma once

#include "document/reader.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// The members of a site that are about money.
fleet::SiteMoney read_site_money(document::Object& site, const hardware::Site& place);

// The root's `money`, `streams` and `sharing`. Deliveries and jobs have been read.
void read_money(document::Object& root, fleet::World& world);

}  // namespace trainyard::scenario
