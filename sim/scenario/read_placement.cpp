#include "scenario/read_placement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "scenario/read_deliveries.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

template <class T>
bool among(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Kinds of node that are ever at the site for the owners, in the order in which they are delivered.
std::vector<std::size_t> kinds_at(const fleet::World& world, std::size_t site,
                                  const std::vector<std::size_t>& owners) {
  std::vector<std::size_t> kinds;
  for (const fleet::Delivery& delivery : world.deliveries) {
    if (among(kinds, delivery.node)) continue;
    if (most_nodes(world, {.site = site, .node = delivery.node}, owners) > 0) {
      kinds.push_back(delivery.node);
    }
  }
  return kinds;
}

class Chooser {
 public:
  Chooser(Object& object, const Definitions& definitions, const fleet::World& world,
          const Placement& placement)
      : object_(object), definitions_(definitions), world_(world), placement_(placement) {
    for (const std::size_t site : placement.sites) {
      kinds_.push_back(kinds_at(world, site, placement.chip_owners));
      for (const std::size_t kind : kinds_.back()) names_.insert(world.nodes[kind].name);
      sites_.push_back("\"" + world.sites[site].place.name + "\"");
    }
  }

  std::vector<fleet::Option> named();
  std::vector<fleet::Option> unnamed(Unnamed unnamed);

 private:
  [[nodiscard]] std::string sites() const { return fmt::format("{}", fmt::join(sites_, " or ")); }

  Object& object_;
  const Definitions& definitions_;
  const fleet::World& world_;
  const Placement& placement_;
  std::vector<std::vector<std::size_t>> kinds_;  // of each site
  std::set<std::string> names_;
  std::vector<std::string> sites_;  // in quotes
};

std::vector<fleet::Option> Chooser::named() {
  std::vector<fleet::Option> held;
  std::vector<fleet::Option> all;
  for (std::size_t i = 0; i < placement_.sites.size(); ++i) {
    for (const std::string& kind : placement_.kinds) {
      const auto known = definitions_.node_index.find(kind);
      if (known == definitions_.node_index.end()) continue;
      all.push_back({.site = placement_.sites[i], .node = known->second});
      if (among(kinds_[i], known->second)) held.push_back(all.back());
    }
  }
  if (!held.empty() || !deliveries_hold(definitions_) || names_.empty() || all.empty()) {
    return held.empty() ? all : held;
  }
  object_.problem(object_.has("node") ? "node" : "nodes",
                  fmt::format("no {} of its owners is delivered to {}",
                              fmt::join(placement_.kinds, " or "), sites()),
                  fmt::format("use one of {}, or add a delivery", fmt::join(names_, ", ")));
  return {};
}

std::vector<fleet::Option> Chooser::unnamed(Unnamed unnamed) {
  std::vector<fleet::Option> options;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    for (const std::size_t kind : kinds_[i]) {
      options.push_back({.site = placement_.sites[i], .node = kind});
    }
    if (unnamed == Unnamed::any_kind || kinds_[i].size() < 2 || !deliveries_hold(definitions_)) {
      continue;
    }
    object_.problem("", fmt::format("{} gets several kinds of node", sites_[i]),
                    fmt::format("add \"node\": one of {}", fmt::join(names_, ", ")));
    return {};
  }
  if (options.empty() && deliveries_hold(definitions_)) {
    object_.problem("sites", fmt::format("no chips of its owners are delivered to {}", sites()),
                    "add a delivery, name the \"node\" it waits for, or choose another site");
  }
  return options;
}

}  // namespace

bool deliveries_hold(const Definitions& definitions) {
  return !definitions.faulty.contains("deliveries");
}

std::vector<std::size_t> read_chips_of(Object& object, fleet::World& world) {
  std::vector<std::size_t> owners;
  for (const std::string& name :
       object.texts("chips_of", {.doc = "Owners whose chips it may use; default: its own, of a "
                                        "workload all that have chips at its sites",
                                .presence = Presence::optional})) {
    owners.push_back(owner_index(world, name));
  }
  return owners;
}

Placement read_placement(Object& object, fleet::World& world) {
  Placement placement{.chip_owners = read_chips_of(object, world)};
  const std::size_t before = object.problem_count();
  const auto sites = object.texts("sites", {.doc = "Where it may run, the preferred site first"});
  const auto node =
      object.text("node", {.doc = "Kind of node it is pinned to; default: the only kind that is "
                                  "delivered to its site, of known durations any",
                           .presence = Presence::optional});
  placement.kinds =
      object.texts("nodes", {.doc = "Kinds of node it may run on, the preferred first; or \"node\"",
                             .presence = Presence::optional});
  if (object.describing()) return placement;
  if (node && object.has("nodes")) {
    object.problem("nodes", "\"node\" and \"nodes\" are both given", "leave out one of the two");
  }
  if (node) placement.kinds = {*node};
  if (object.has("sites") && sites.empty() && object.problem_count() == before) {
    object.problem("sites", "no site is named", "name at least one");
  }
  for (const std::string& name : sites) {
    const auto site = site_index(object, "sites", name, world);
    if (!site) continue;
    if (among(placement.sites, *site)) {
      object.problem("sites", fmt::format("\"{}\" is named twice", name), "name it once");
    } else {
      placement.sites.push_back(*site);
    }
  }
  if (object.problem_count() > before) placement.sites.clear();
  return placement;
}

std::vector<fleet::Option> options(Object& object, const Definitions& definitions,
                                   const fleet::World& world, const Placement& placement,
                                   Unnamed unnamed) {
  Chooser chooser(object, definitions, world, placement);
  return placement.kinds.empty() ? chooser.unnamed(unnamed) : chooser.named();
}

std::int64_t most_nodes(const fleet::World& world, const fleet::Option& option,
                        const std::vector<std::size_t>& chip_owners) {
  std::int64_t most = 0;
  for (std::size_t i = 0; i < world.deliveries.size(); ++i) {
    const fleet::Delivery& delivery = world.deliveries[i];
    if (delivery.node != option.node) continue;
    std::int64_t nodes = 0;
    if (delivery.site == option.site && among(chip_owners, delivery.owner)) nodes = delivery.nodes;
    for (const fleet::Move& move : world.moves) {
      if (move.delivery != i || move.site != option.site) continue;
      if (among(chip_owners, move.owner)) nodes += move.nodes;
    }
    most += std::min(nodes, delivery.nodes);
  }
  return most;
}

std::int64_t most_accelerators_of(const fleet::World& world,
                                  const std::vector<fleet::Option>& options,
                                  const std::vector<std::size_t>& chip_owners) {
  std::int64_t most = 0;
  for (const fleet::Option& option : options) {
    most = std::max(most,
                    most_nodes(world, option, chip_owners) * world.nodes[option.node].accelerators);
  }
  return most;
}

}  // namespace trainyard::scenario
