// The throughput matrix as a table.
#pragma once

#include <string>
#include <vector>

#include "measure/rate_table.hpp"

namespace trainyard::report {

std::string rate_text(const std::vector<measure::RateRow>& rows);

}  // namespace trainyard::report
