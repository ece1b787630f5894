// Software profiles: what platforms/software holds.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "parallelism/software.hpp"

namespace trainyard::scenario {

// What jobs run that name no software; where the library lacks it, the neutral profile.
inline constexpr const char* usual_software = "megatron_bridge_2026";

parallelism::Software read_software(const std::string& name, document::Object object);

}  // namespace trainyard::scenario
