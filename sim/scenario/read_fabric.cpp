#include "scenario/read_fabric.hpp"

#include <fmt/format.h>

#include <charconv>

#include "scenario/read_graph.hpp"
#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// Far beyond anything built; catches slips of a prefix.
constexpr double most_nodes = 1e6;
constexpr double most_oversubscription = 1000;

double read_oversubscription(Object& object, const char* key, const char* doc) {
  return object
      .number(key, {.doc = doc,
                    .presence = Presence::optional,
                    .minimum = 0,
                    .maximum = most_oversubscription,
                    .minimum_excluded = true})
      .value_or(1);
}

std::int64_t read_count(Object& object, const char* key, const char* doc, bool needed) {
  return object
      .integer(key, {.doc = doc,
                     .presence = needed ? Presence::required : Presence::optional,
                     .minimum = 1,
                     .maximum = 1e5})
      .value_or(needed ? 1 : 0);
}

void read_leaves(Object& object, hardware::ScaleOut& fabric) {
  const bool clos = fabric.kind == "clos";
  const bool leaves = clos || fabric.kind == "rail_leaf_spine" || fabric.kind == "fat_tree";
  fabric.nodes_per_leaf =
      read_count(object, "nodes_per_leaf",
                 "Nodes whose interfaces share a leaf, of each rail its own in rail_leaf_spine; "
                 "rail_leaf_spine, fat_tree and clos only",
                 leaves);
  fabric.oversubscription =
      read_oversubscription(object, "oversubscription",
                            "Bandwidth of a leaf down to its nodes over up to the switches above; "
                            "rail_leaf_spine, fat_tree and clos only, default 1");
  fabric.leaves_per_pod =
      read_count(object, "leaves_per_pod", "Leaves that share a pod; clos only", clos);
  fabric.pod_oversubscription = read_oversubscription(
      object, "pod_oversubscription",
      "Bandwidth of a pod's leaves up over that of the pod to the core; clos only, default 1");
}

// "16x16x16" to its numbers; empty where it is no shape.
std::vector<std::int64_t> shape_of(const std::string& text) {
  std::vector<std::int64_t> shape;
  double product = 1;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int64_t size = 0;
    const auto [rest, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1) return {};
    product *= static_cast<double>(size);
    shape.push_back(size);
    if (product > most_nodes || shape.size() > 3) return {};
    if (rest == end) return shape;
    if (*rest != 'x') return {};
    at = rest + 1;
  }
}

void read_shape(Object& object, hardware::ScaleOut& fabric) {
  const bool torus = fabric.kind == "torus";
  const auto text =
      object.text("shape", {.doc = "Nodes along each of one to three dimensions, such as "
                                   "\"16x16x16\"; torus only",
                            .presence = torus ? Presence::required : Presence::optional});
  if (!torus) return;
  fabric.shape = text ? shape_of(*text) : std::vector<std::int64_t>{};
  if (text && fabric.shape.empty()) {
    object.problem("shape",
                   fmt::format("\"{}\" is no shape of at most {} nodes", *text, most_nodes),
                   "write nodes along one to three dimensions, such as \"16x16x16\"");
  }
  if (fabric.shape.empty()) fabric.shape = {1};
}

}  // namespace

std::vector<std::string> fabric_kinds(hardware::Scale scale) {
  std::vector<std::string> names;
  for (const hardware::FabricRow& row : hardware::fabrics()) {
    if (row.scale == scale) names.emplace_back(row.name);
  }
  return names;
}

hardware::ScaleOut read_fabric(const std::string& name, Object object) {
  hardware::ScaleOut fabric;
  fabric.name = name;
  read_summary(object, fabric.summary);
  fabric.kind = object
                    .text("kind", {.doc = "Topology that joins nodes",
                                   .one_of = fabric_kinds(hardware::Scale::out)})
                    .value_or("star");
  fabric.switch_latency = object.quantity<Seconds>(
      "switch_latency", {.doc = "Of one switch, port to port", .minimum = 0, .maximum = 1});
  read_leaves(object, fabric);
  read_shape(object, fabric);
  read_graph(object, fabric);
  return fabric;
}

}  // namespace trainyard::scenario
