#include "scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/pointer.hpp"
#include "scenario/read_software.hpp"

namespace trainyard::scenario {
namespace {

using document::Kind;
using document::Node;

// The member object `key`, made where it is missing; nullptr where something else stands there.
Node* object_in(Node& parent, const std::string& key) {
  if (parent.kind != Kind::object) return nullptr;
  if (Node* found = parent.find(key)) return found->kind == Kind::object ? found : nullptr;
  Node made;
  made.kind = Kind::object;
  made.file = parent.file;
  made.line = parent.line;
  made.column = parent.column;
  parent.members.emplace_back(key, std::move(made));
  return &parent.members.back().second;
}

// A text member; nullptr where there is none, or something else stands there.
const Node* text_in(const Node& object, const std::string& key) {
  const Node* found = object.kind == Kind::object ? object.find(key) : nullptr;
  return found != nullptr && found->kind == Kind::string ? found : nullptr;
}

class Resolver {
 public:
  // Without a report, unknown names stay as they are.
  Resolver(Node& root, Library& library, document::Report* report)
      : root_(root), library_(library), report_(report) {}

  Resolved run();

 private:
  void places(const std::string& kind);
  void failures();
  void storage();
  void wan();
  void add_link(const std::string& file, const std::vector<std::string>& ends);
  void inline_definitions();
  void references();
  void branches(const Node& job, const std::string& pointer);
  // Lays a file under `target`.
  static void lay_over(const Node& below, Node& target);
  // The same of the library's file of that name.
  void lay_under(Node& target, const std::string& kind, const Node& name,
                 const std::string& pointer);
  // Sees to it that /platforms/<kind>/<name> is defined.
  void define(const std::string& kind, const Node& name, const std::string& pointer);
  // The library's file of that name; of the nearest one, after reporting an unknown name.
  const Node* file(const std::string& kind, const Node& name, const std::string& pointer);
  void report_unknown(const std::string& kind, const Node& name, const std::string& pointer);

  Node& root_;
  Library& library_;
  document::Report* report_;
  std::set<std::string> reported_;  // pointers
  Resolved resolved_ = Resolved::all;
};

const Node* Resolver::file(const std::string& kind, const Node& name, const std::string& pointer) {
  if (const Node* known = library_.find(kind, name.string)) return known;
  if (report_ == nullptr) return nullptr;
  report_unknown(kind, name, pointer);
  const auto near = nearest(name.string, library_.names(kind));
  if (!near.empty()) return library_.find(kind, near.front());
  resolved_ = Resolved::in_part;
  return nullptr;
}

void Resolver::report_unknown(const std::string& kind, const Node& name,
                              const std::string& pointer) {
  if (!reported_.insert(pointer).second) return;
  std::vector<std::string> known = library_.names(kind);
  if (const Node* defined = document::find(root_, "/platforms/" + kind);
      defined != nullptr && defined->kind == Kind::object) {
    for (const auto& [own, node] : defined->members) {
      if (std::ranges::find(known, own) == known.end()) known.push_back(own);
    }
  }
  report_->add(Problem{name.place(), pointer,
                       fmt::format("unknown name \"{}\" among platforms/{}", name.string, kind),
                       suggestion(name.string, known)});
}

void Resolver::lay_under(Node& target, const std::string& kind, const Node& name,
                         const std::string& pointer) {
  if (const Node* below = file(kind, name, pointer)) lay_over(*below, target);
}

void Resolver::lay_over(const Node& below, Node& target) {
  const Node above = target;
  target = document::overlay(below, above);
  // Messages about the whole object point to where the user wrote it.
  target.file = above.file;
  target.line = above.line;
  target.column = above.column;
}

void Resolver::places(const std::string& kind) {
  Node* places = root_.find(kind);
  if (places == nullptr || places->kind != Kind::object) return;
  for (auto& [name, place] : places->members) {
    if (const Node* use = text_in(place, "use")) {
      lay_under(place, kind, Node(*use), fmt::format("/{}/{}/use", kind, document::escaped(name)));
    }
  }
}

// The members of one kind of distribution mean nothing to another, nor to a time: it is replaced as
// a whole.
void drop_replaced(const Node& causes, Node& below) {
  for (const auto& [name, changes] : causes.members) {
    Node* base = below.find(name);
    if (base == nullptr) continue;
    for (const char* key : {"detect", "repair"}) {
      const Node* change = changes.find(key);
      if (change == nullptr) continue;
      if (text_in(*change, "kind") == nullptr && change->find("value") == nullptr) continue;
      std::erase_if(base->members, [&](const auto& member) { return member.first == key; });
    }
  }
}

void Resolver::failures() {
  Node* failures = root_.find("failures");
  const Node* use = failures == nullptr ? nullptr : text_in(*failures, "use");
  const Node* found = use == nullptr ? nullptr : file("failures", *use, "/failures/use");
  if (found == nullptr) return;
  Node below = *found;
  const Node* causes = failures->find("causes");
  Node* known = below.find("causes");
  if (causes != nullptr && known != nullptr) drop_replaced(*causes, *known);
  lay_over(below, *failures);
}

void Resolver::storage() {
  Node* sites = root_.find("sites");
  if (sites == nullptr || sites->kind != Kind::object) return;
  for (auto& [name, site] : sites->members) {
    Node* storage = site.kind == Kind::object ? site.find("storage") : nullptr;
    const Node* use = storage == nullptr ? nullptr : text_in(*storage, "use");
    if (use == nullptr) continue;
    lay_under(*storage, "storage", Node(*use),
              fmt::format("/sites/{}/storage/use", document::escaped(name)));
  }
}

// Links whose two ends are, by `use`, sites of this scenario; what the user gives of one stays.
void Resolver::wan() {
  struct Place {
    std::string name;
    std::string use;
  };
  std::vector<Place> places;
  const Node* sites = root_.find("sites");
  if (sites == nullptr || sites->kind != Kind::object) return;
  for (const auto& [name, site] : sites->members) {
    if (const Node* use = text_in(site, "use")) places.push_back({name, use->string});
  }
  for (const std::string& file : library_.names("wan")) {
    const Node* ends = library_.find("wan", file)->find("ends");
    if (ends == nullptr || ends->items.size() != 2) continue;
    std::vector<std::string> names;
    for (const Node& end : ends->items) {
      for (const Place& place : places) {
        if (place.use == end.string) names.push_back(place.name);
      }
    }
    if (names.size() == 2) add_link(file, names);
  }
}

void Resolver::add_link(const std::string& file, const std::vector<std::string>& ends) {
  Node* links = object_in(root_, "wan");
  const std::string key = ends[0] + "-" + ends[1];
  if (links == nullptr) return;
  Node* given = links->find(key);
  // Only of a link that says where it ends are all figures the user's own.
  if (given != nullptr && (given->kind != Kind::object || given->find("ends") != nullptr)) return;
  Node link = *library_.find("wan", file);
  Node* own = link.find("ends");
  for (std::size_t i = 0; i < 2; ++i) own->items[i].string = ends[i];
  if (given != nullptr) {
    lay_over(link, *given);
  } else {
    links->members.emplace_back(key, std::move(link));
  }
}

void Resolver::define(const std::string& kind, const Node& name, const std::string& pointer) {
  Node* platforms = object_in(root_, "platforms");
  if (platforms == nullptr) return;
  Node* family = object_in(*platforms, kind);
  if (family == nullptr || family->find(name.string) != nullptr) return;
  if (const Node* found = file(kind, name, pointer)) {
    family->members.emplace_back(name.string, *found);
  }
}

// What a scenario defines itself may build on a file: {"use": "h100_sxm", ...}.
void Resolver::inline_definitions() {
  Node* platforms = root_.find("platforms");
  if (platforms == nullptr || platforms->kind != Kind::object) return;
  for (auto& [kind, family] : platforms->members) {
    if (family.kind != Kind::object) continue;
    for (auto& [name, definition] : family.members) {
      const Node* use = text_in(definition, "use");
      if (use == nullptr) continue;
      lay_under(definition, kind, Node(*use),
                fmt::format("/platforms/{}/{}/use", kind, document::escaped(name)));
    }
  }
}

// Nodes and software of a job's branches and of their stages.
void Resolver::branches(const Node& job, const std::string& pointer) {
  const auto each = [](const Node& parent, const char* list, const std::string& at,
                       const auto& visit) {
    const Node* found = parent.kind == Kind::object ? parent.find(list) : nullptr;
    if (found == nullptr || found->kind != Kind::object) return;
    for (const auto& [name, member] : found->members) {
      visit(member, fmt::format("{}/{}/{}", at, list, document::escaped(name)));
    }
  };
  const auto names = [this](const Node& part, const std::string& at) {
    if (const Node* node = text_in(part, "node")) define("nodes", *node, at + "/node");
    if (const Node* software = text_in(part, "software")) {
      define("software", *software, at + "/software");
    }
  };
  each(job, "branches", pointer, [&](const Node& branch, const std::string& at) {
    names(branch, at);
    each(branch, "stages", at, names);
  });
}

void Resolver::references() {
  const auto each = [&](const char* list, const auto& visit) {
    const Node* found = root_.find(list);
    if (found == nullptr || found->kind != Kind::object) return;
    const Node members = *found;  // defining adds to the root
    for (const auto& [name, member] : members.members) {
      visit(member, fmt::format("/{}/{}", list, document::escaped(name)));
    }
  };
  each("deliveries", [&](const Node& delivery, const std::string& pointer) {
    if (const Node* node = text_in(delivery, "node")) define("nodes", *node, pointer + "/node");
    const Node* mix = delivery.kind == Kind::object ? delivery.find("mix") : nullptr;
    if (mix == nullptr || mix->kind != Kind::object) return;
    for (const auto& [node, share] : mix->members) {
      Node name = share;
      name.kind = Kind::string;
      name.string = node;
      define("nodes", name, pointer + "/mix/" + document::escaped(node));
    }
  });
  const auto kinds = [&](const Node& job, const std::string& pointer) {
    if (const Node* node = text_in(job, "node")) define("nodes", *node, pointer + "/node");
    const Node* several = job.kind == Kind::object ? job.find("nodes") : nullptr;
    if (several == nullptr || several->kind != Kind::array) return;
    for (std::size_t i = 0; i < several->items.size(); ++i) {
      if (several->items[i].kind != Kind::string) continue;
      define("nodes", several->items[i], fmt::format("{}/nodes/{}", pointer, i));
    }
  };
  each("workloads", kinds);
  each("jobs", [&](const Node& job, const std::string& pointer) {
    kinds(job, pointer);
    branches(job, pointer);
    const Node* model = text_in(job, "model");
    if (model == nullptr) return;
    define("models", *model, pointer + "/model");
    if (const Node* software = text_in(job, "software")) {
      define("software", *software, pointer + "/software");
    } else if (library_.find("software", usual_software) != nullptr) {
      Node usual = *model;
      usual.string = usual_software;
      define("software", usual, pointer + "/software");
    }
  });
  const Node* nodes = document::find(root_, "/platforms/nodes");
  if (nodes == nullptr || nodes->kind != Kind::object) return;
  const Node defined = *nodes;
  for (const auto& [name, node] : defined.members) {
    const std::string pointer = "/platforms/nodes/" + document::escaped(name);
    if (const Node* chip = text_in(node, "accelerator")) {
      define("accelerators", *chip, pointer + "/accelerator");
    }
    if (const Node* fabric = text_in(node, "fabric")) {
      define("fabrics", *fabric, pointer + "/fabric");
    }
  }
}

Resolved Resolver::run() {
  if (root_.kind != Kind::object) return resolved_;
  places("sites");
  places("wan");
  storage();
  failures();
  wan();
  inline_definitions();
  references();
  inline_definitions();  // files build on files too
  return resolved_;
}

}  // namespace

Resolved resolve(Node& root, Library& library, document::Report& report) {
  return Resolver(root, library, &report).run();
}

void resolve_known(Node& root, Library& library) {
  Resolver(root, library, nullptr).run();
}

}  // namespace trainyard::scenario
