// Reader of nodes.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "hardware/node.hpp"

namespace trainyard::scenario {

// Of the node's own; its accelerator and fabric are named and filled in by the caller.
struct NodeParts {
  hardware::Node node;
  std::string accelerator;
  std::string fabric;
};
NodeParts read_node(const std::string& name, document::Object object);

}  // namespace trainyard::scenario
