// Reader of fabrics: how nodes are joined, and how what joins accelerators may be.
#pragma once

#include <string>
#include <vector>

#include "document/reader.hpp"
#include "hardware/fabric/fabric.hpp"

namespace trainyard::scenario {

hardware::ScaleOut read_fabric(const std::string& name, document::Object object);

// Names of the catalog's fabrics of that scale.
std::vector<std::string> fabric_kinds(hardware::Scale scale);

}  // namespace trainyard::scenario
