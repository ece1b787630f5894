// Readers of platform objects. Each serves a document and its schema alike (document/reader.hpp).
// Nodes and fabrics have files of their own.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/site.hpp"
#include "scenario/read_fabric.hpp"
#include "scenario/read_node.hpp"

namespace trainyard::scenario {

hardware::Accelerator read_accelerator(const std::string& name, document::Object object);

// Reads the site's members into `site` and leaves the object to the caller for more.
hardware::Site read_site(const std::string& name, document::Object& object);

// As `read_site`.
hardware::WanLink read_wan(const std::string& name, document::Object& object);

// What every platform object has: its summary, sources, and what it is laid over.
void read_summary(document::Object& object, std::string& summary);

// The same of what a scenario also writes itself: no summary is needed.
void read_origin(document::Object& object);

// A share of something: above 0, at most 1.
document::Rule share_rule(std::string doc);
// A quantity that must be above zero, at most `maximum`.
document::Rule positive(std::string doc);

}  // namespace trainyard::scenario
