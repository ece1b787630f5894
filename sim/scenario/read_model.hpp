// Readers of models and of plans.
#pragma once

#include <string>

#include "document/reader.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::scenario {

model::Model read_model(const std::string& name, document::Object object);

parallelism::Request read_plan(document::Object object);

// Architectures by the word that a model file's "kind" takes, with a line each, for `list`.
struct Architecture {
  std::string name;
  std::string summary;
};
const std::vector<Architecture>& architectures();

}  // namespace trainyard::scenario
