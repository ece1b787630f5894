#include <fmt/format.h>

#include "scenario/read_task.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

std::optional<double> share(Object& object, const char* key, const char* doc) {
  return object.number(key,
                       {.doc = doc, .presence = Presence::optional, .minimum = 0, .maximum = 1});
}

// A fault is of a node as a whole ("speed"), of one of its interfaces ("interface") or of a link of
// the fabric ("link" and "index").
void read_fault(Object object, hardware::Faults& faults) {
  const std::size_t before = object.problem_count();
  const auto link = object.text(
      "link", {.doc = "Kind of a link of the fabric, as results name it, e.g. \"leaf up\"",
               .presence = Presence::optional});
  const auto index =
      object.integer("index", {.doc = "Which of the links of that kind, from 0 on; with link",
                               .presence = Presence::optional,
                               .minimum = 0,
                               .maximum = 1e9});
  const auto node = object.integer("node", {.doc = "Node, from 0 on as they stand",
                                            .presence = Presence::optional,
                                            .minimum = 0,
                                            .maximum = most_accelerators});
  const auto interface =
      object.integer("interface", {.doc = "Interface of the node, from 0 on; with node",
                                   .presence = Presence::optional,
                                   .minimum = 0,
                                   .maximum = 1e6});
  const auto speed = share(object, "speed",
                           "Of the node's accelerators over that of healthy ones; 0: the node is "
                           "dead and left out");
  const auto bandwidth = share(object, "bandwidth",
                               "Of the interface or link over a healthy one's; 0: the interface is "
                               "dead and its traffic takes the next one");
  if (object.describing()) return;
  const bool of_link = link && index && bandwidth && !node && !interface && !speed;
  const bool of_interface = node && interface && bandwidth && !link && !index && !speed;
  const bool of_node = node && speed && !interface && !link && !index && !bandwidth;
  if (of_link) {
    faults.links.push_back({*link, *index, *bandwidth});
  } else if (of_interface) {
    faults.interfaces.push_back({*node, *interface, *bandwidth});
  } else if (of_node) {
    faults.nodes.push_back({*node, *speed});
  } else if (object.problem_count() == before) {
    object.problem("", "neither a node, nor an interface, nor a link is described",
                   "give \"node\" and \"speed\", or \"node\", \"interface\" and "
                   "\"bandwidth\", or \"link\", \"index\" and \"bandwidth\"");
  }
}

}  // namespace

hardware::Faults read_faults(Object& object) {
  hardware::Faults faults;
  object.each(
      "faults", {.doc = "What is broken or slow, by name", .presence = Presence::optional},
      [&](const std::string& /*name*/, Object fault) { read_fault(std::move(fault), faults); });
  return faults;
}

}  // namespace trainyard::scenario
