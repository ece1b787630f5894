#include "scenario/read_model.hpp"

#include "base/catalog.hpp"
#include "scenario/read_architecture.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// Of the kind, or of all of them where none is known: the schema notes them, and what stands in a
// file of an unknown kind is not reported too.
model::Model read_members(Object& object, const std::string& kind) {
  const Architecture* known = find_row(architectures(), kind);
  ModelMembers members(object,
                       known == nullptr ? ModelMembers::Kind::open : ModelMembers::Kind::known);
  if (known != nullptr) return known->read(members);
  model::Model model;
  for (const Architecture& row : architectures()) model = row.read(members);
  return model;
}

}  // namespace

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> rows{
      {"dense_transformer", "decoder-only language model, grouped-query or latent attention",
       read_dense_transformer},
      {"moe_transformer", "the same with mixtures of experts in some or all layers",
       read_moe_transformer},
      {"vision_transformer", "image classifier over square patches", read_vision_transformer},
      {"video_transformer", "clips of several cameras, windowed attention over patches",
       read_video_transformer},
      {"operators", "a plain table of operators, measured times included", read_operators},
  };
  return rows;
}

model::Model read_model(const std::string& name, Object object) {
  const std::string summary =
      object.text("summary", {.doc = "One line that `trainyard list` prints"}).value_or("");
  object.text("source", {.doc = "Where the sizes come from", .presence = Presence::optional});
  object.laid_over("use", "Name of the model file that this builds on");
  const std::string kind =
      object.text("kind", {.doc = "Architecture", .one_of = names(architectures())}).value_or("");
  model::Model model = read_members(object, kind);
  model.name = name;
  model.summary = summary;
  return model;
}

}  // namespace trainyard::scenario
