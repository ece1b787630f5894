// Readers of models: what all have in common, and the table of architectures.
#pragma once

#include <string>
#include <vector>

#include "document/reader.hpp"
#include "model/model.hpp"

namespace trainyard::scenario {

class ModelMembers;

model::Model read_model(const std::string& name, document::Object object);

// Architectures by the word that a model file's "kind" takes, with a line each, for `list`.
struct Architecture {
  std::string name;
  std::string summary;
  model::Model (*read)(ModelMembers& members);
};
const std::vector<Architecture>& architectures();

}  // namespace trainyard::scenario
