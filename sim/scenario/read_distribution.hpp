// Reader of times that may be random.
#pragma once

#include <string>

#include "base/distribution.hpp"
#include "document/reader.hpp"

namespace trainyard::scenario {

// "30 min", or {"kind": "lognormal", "median": "30 min", "sigma": 1}: see docs/scenario.md. The
// rule's limits hold for the times given; a default of 0 s where it is optional and left out.
Distribution read_distribution(document::Object& object, const std::string& key,
                               document::Rule rule);

// The rule of a delay that nobody needs to give.
document::Rule delay_rule(std::string doc);

}  // namespace trainyard::scenario
