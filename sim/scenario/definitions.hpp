// The platform objects that a resolved scenario defines, ready to be named by deliveries and jobs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "hardware/node.hpp"
#include "model/model.hpp"
#include "parallelism/software.hpp"

namespace trainyard::scenario {

struct Definitions {
  std::string folder;                 // of the scenario: where paths that it names begin
  std::vector<hardware::Node> nodes;  // in the order defined
  std::map<std::string, std::size_t> node_index;
  std::map<std::string, model::Model> models;
  // The same for software whose attention is unfused, where the model leaves that to it.
  std::map<std::string, model::Model> unfused_models;
  std::map<std::string, parallelism::Software> software;
  std::map<std::string, std::string> digests;  // "nodes/dgx_h100" -> what identifies its content
  // Those of which a problem was reported: nothing should be held against their numbers. Keys as
  // above, and "deliveries" where what arrives is not known for that reason.
  std::set<std::string> faulty;
};

// `document` is what `platforms` is a part of; none when describing.
Definitions read_definitions(document::Object& root, const document::Node* document);

}  // namespace trainyard::scenario
