// Reader of a custom network's switches and edges.
#pragma once

#include "document/reader.hpp"
#include "hardware/node.hpp"

namespace trainyard::scenario {

// The members "switches" and "edges" of a fabric; kept where its kind is "custom".
void read_graph(document::Object& object, hardware::ScaleOut& fabric);

}  // namespace trainyard::scenario
