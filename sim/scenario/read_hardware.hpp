// Readers of platform objects. Each serves a document and its schema alike (document/reader.hpp).
#pragma once

#include <map>
#include <string>

#include "document/reader.hpp"
#include "hardware/node.hpp"
#include "hardware/site.hpp"

namespace trainyard::scenario {

hardware::Accelerator read_accelerator(const std::string& name, document::Object object);
hardware::ScaleOut read_fabric(const std::string& name, document::Object object);

// Of the node's own; its accelerator and fabric are named and filled in by the caller.
struct NodeParts {
  hardware::Node node;
  std::string accelerator;
  std::string fabric;
};
NodeParts read_node(const std::string& name, document::Object object);

// Reads the site's members into `site` and leaves the object to the caller for more.
hardware::Site read_site(const std::string& name, document::Object& object);

// As `read_site`.
hardware::WanLink read_wan(const std::string& name, document::Object& object);

// A share of something: above 0, at most 1.
document::Rule share_rule(std::string doc);
// A quantity that must be above zero, at most `maximum`.
document::Rule positive(std::string doc);

}  // namespace trainyard::scenario
