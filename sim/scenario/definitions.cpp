#include "scenario/definitions.hpp"

#include <optional>

#include "document/pointer.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/read_model.hpp"
#include "scenario/read_software.hpp"

namespace trainyard::scenario {

using document::Node;
using document::Object;
using document::Presence;

namespace {

struct Parts {
  std::map<std::string, hardware::Accelerator> accelerators;
  std::map<std::string, hardware::ScaleOut> fabrics;
  std::vector<NodeParts> nodes;
};

std::string content(const Node* document, const std::string& kind, const std::string& name) {
  const Node* found =
      document == nullptr
          ? nullptr
          : document::find(*document, "/platforms/" + kind + "/" + document::escaped(name));
  return found == nullptr ? "" : document::canonical_text(*found);
}

// The sound model of that name read once more, as if it asked for unfused attention; none where it
// says itself which attention it has, or has no say in it (a table of operators).
std::optional<model::Model> unfused(const Node& document, const std::string& name) {
  const Node* found = document::find(document, "/platforms/models/" + document::escaped(name));
  if (found == nullptr || found->find("attention") != nullptr) return std::nullopt;
  Node asking = *found;
  Node attention = asking.members.front().second;
  attention.kind = document::Kind::string;
  attention.string = "unfused";
  asking.members.emplace_back("attention", attention);
  document::Report unheard;
  model::Model model = read_model(name, Object(asking, "", unheard));
  if (!unheard.problems().empty()) return std::nullopt;
  return model;
}

void read_platforms(Object platforms, Parts& parts, Definitions& definitions) {
  const auto family = [&](const std::string& kind, const char* doc, const auto& read) {
    platforms.each(kind, {.doc = doc, .presence = Presence::optional},
                   [&](const std::string& name, Object object) {
                     const bool absent = object.absent();
                     const std::size_t before = platforms.problem_count();
                     read(name, std::move(object));
                     if (absent || platforms.problem_count() > before) {
                       definitions.faulty.insert(kind + "/" + name);
                     }
                   });
  };
  family("accelerators", "Accelerators by name", [&](const std::string& name, Object object) {
    parts.accelerators.emplace(name, read_accelerator(name, std::move(object)));
  });
  family("nodes", "Nodes by name", [&](const std::string& name, Object object) {
    parts.nodes.push_back(read_node(name, std::move(object)));
  });
  family("fabrics", "Scale-out fabrics by name", [&](const std::string& name, Object object) {
    parts.fabrics.emplace(name, read_fabric(name, std::move(object)));
  });
  family("models", "Models by name", [&](const std::string& name, Object object) {
    definitions.models.emplace(name, read_model(name, std::move(object)));
  });
  family("software", "Software profiles by name", [&](const std::string& name, Object object) {
    definitions.software.emplace(name, read_software(name, std::move(object)));
  });
}

}  // namespace

Definitions read_definitions(Object& root, const Node* document) {
  Parts parts;
  Definitions definitions;
  root.object("platforms",
              {.doc = "What this scenario defines or changes of platforms/",
               .presence = Presence::optional},
              [&](Object platforms) { read_platforms(std::move(platforms), parts, definitions); });
  for (NodeParts& node : parts.nodes) {
    // An unknown name was reported where it stands: such a node stays half filled and unused.
    if (const auto chip = parts.accelerators.find(node.accelerator);
        chip != parts.accelerators.end()) {
      node.node.accelerator = chip->second;
    }
    if (const auto fabric = parts.fabrics.find(node.fabric); fabric != parts.fabrics.end()) {
      node.node.scale_out = fabric->second;
    }
    if (definitions.faulty.contains("accelerators/" + node.accelerator) ||
        definitions.faulty.contains("fabrics/" + node.fabric)) {
      definitions.faulty.insert("nodes/" + node.node.name);
    }
    definitions.digests["nodes/" + node.node.name] =
        content(document, "nodes", node.node.name) +
        content(document, "accelerators", node.accelerator) +
        content(document, "fabrics", node.fabric);
    definitions.node_index[node.node.name] = definitions.nodes.size();
    definitions.nodes.push_back(std::move(node.node));
  }
  for (const auto& [name, model] : definitions.models) {
    definitions.digests["models/" + name] = content(document, "models", name);
    if (document == nullptr || definitions.faulty.contains("models/" + name)) continue;
    definitions.unfused_models.emplace(name, unfused(*document, name).value_or(model));
  }
  for (const auto& [name, software] : definitions.software) {
    definitions.digests["software/" + name] = content(document, "software", name);
  }
  return definitions;
}

}  // namespace trainyard::scenario
