// Who had chips, who used them, what they cost and what was taken in: by owner, as text. And what
// the variants changed for each owner, such as a transfer of chips.
#pragma once

#include <string>

#include "base/dataset.hpp"

namespace trainyard::report {

// Of a fleet result with money in it; "" of one without. `baseline` as of fleet_summary.
std::string ledger(const Dataset& result, const std::string& baseline);

}  // namespace trainyard::report
