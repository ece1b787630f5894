#include "scenario/read_node.hpp"

#include <fmt/format.h>

#include "scenario/read_fabric.hpp"
#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;

namespace {

// Far beyond anything built; catches slips of a prefix.
constexpr double most_in_a_node = 1e5;

void read_mesh(Object& object, hardware::ScaleUp& up) {
  const bool mesh = up.kind == "tile_mesh";
  const auto count = [&](const char* key, const char* doc) {
    return object
        .integer(key, {.doc = std::string(doc) + "; tile_mesh only",
                       .presence = mesh ? Presence::required : Presence::optional,
                       .minimum = 1,
                       .maximum = 1000})
        .value_or(0);
  };
  up.tile_rows = count("tile_rows", "Dies down a tile");
  up.tile_columns = count("tile_columns", "Dies across a tile");
  up.tiles_down = count("tiles_down", "Tiles down a node");
  up.tiles_across = count("tiles_across", "Tiles across a node");
  Rule edge = positive("What one edge of a tile carries, one direction; tile_mesh only");
  edge.presence = mesh ? Presence::required : Presence::optional;
  up.tile_edge = object.quantity<BytesPerSecond>("tile_edge", edge);
}

// The way out of a mesh: by interface processors at its border, where their edge is given.
void read_processors(Object& object, hardware::ScaleUp& up) {
  const bool mesh = up.kind == "tile_mesh";
  const auto edge = object.optional_quantity<BytesPerSecond>(
      "processor_edge",
      positive("What an interface processor at the border of the mesh carries into its tile, one "
               "direction; tile_mesh only, default: interfaces sit right at the dies"));
  std::optional<std::int64_t> hops;
  object.object(
      "shortcut",
      {.doc = "Transfers inside the node that leave the mesh by interface processors and network; "
              "tile_mesh only, default: none",
       .presence = Presence::optional},
      [&](Object shortcut) {
        hops = shortcut.integer(
            "from_hops",
            {.doc = "Hops on the mesh from which on they do", .minimum = 1, .maximum = 1e6});
      });
  if (!mesh) return;
  up.processor_edge = edge.value_or(BytesPerSecond(0));
  if (object.has("shortcut") && !object.has("processor_edge")) {
    object.problem("shortcut", "the mesh has no interface processors to leave by",
                   "add \"processor_edge\"");
    return;
  }
  up.shortcut_from_hops = hops.value_or(0);
}

Bytes read_overhead(Object& object) {
  return object
      .optional_quantity<Bytes>(
          "message_overhead",
          {.doc = "Bytes that a message costs besides its own, but never more than its own: "
                  "transfers up to this size reach half of the bandwidth; default 0",
           .minimum = 0})
      .value_or(Bytes(0));
}

Seconds read_time(Object& object, const char* key, const char* doc) {
  return object.optional_quantity<Seconds>(key, {.doc = doc, .minimum = 0, .maximum = 1})
      .value_or(Seconds(0));
}

void read_exchanges(Object& object, hardware::ScaleUp& up) {
  up.setup = read_time(object, "setup", "Of every exchange, whatever its size; default 0");
  up.message_overhead = read_overhead(object);
  up.own_piece = object
                     .number("own_piece", {.doc = "What a member's own piece costs it in an "
                                                  "exchange, over sending it; default 0",
                                           .presence = Presence::optional,
                                           .minimum = 0,
                                           .maximum = 10})
                     .value_or(0);
  Rule share = share_rule(
      "Share of the bandwidth that all-reduces reach whose sums the switch does; nvswitch only, "
      "default: it does none");
  share.presence = Presence::optional;
  up.switch_reduction = object.number("switch_reduction", share).value_or(0);
  // A node may be given another fabric than that of the one it uses.
  if (up.kind != "nvswitch") up.switch_reduction = 0;
}

void read_scale_up(Object object, hardware::ScaleUp& up) {
  up.kind = object
                .text("kind", {.doc = "How the accelerators of a node are joined",
                               .one_of = fabric_kinds(hardware::Scale::up)})
                .value_or("nvswitch");
  up.bandwidth = object.quantity<BytesPerSecond>(
      "bandwidth",
      positive("Of one accelerator (nvswitch; full_mesh: all its links together) or die edge "
               "(tile_mesh), one direction"));
  up.efficiency =
      object.number("efficiency", share_rule("Share of the bandwidth that large transfers reach"))
          .value_or(1);
  up.latency = object.quantity<Seconds>(
      "latency", {.doc = "Of one hop, sender to receiver", .minimum = 0, .maximum = 1});
  read_exchanges(object, up);
  read_mesh(object, up);
  read_processors(object, up);
}

void read_nic(Object object, hardware::Nic& nic) {
  nic.bandwidth = object.quantity<BytesPerSecond>(
      "bandwidth", positive("One direction; on a torus of one link to a neighbour"));
  nic.efficiency =
      object.number("efficiency", share_rule("Share of the bandwidth that large transfers reach"))
          .value_or(1);
  nic.latency = object.quantity<Seconds>(
      "latency", {.doc = "End to end, without switches", .minimum = 0, .maximum = 1});
  nic.handling = read_time(object, "handling",
                           "What software and protocol add to the latency of a message, at both "
                           "ends together; default 0");
  nic.message_overhead = read_overhead(object);
}

void read_node_power(Object object, hardware::NodePower& power) {
  const std::size_t before = object.problem_count();
  power.rated = object.quantity<Watts>("rated", positive("Nameplate power of the whole node"));
  power.measured =
      object
          .optional_quantity<Watts>(
              "measured", positive("Largest draw seen in training; default: the rated power"))
          .value_or(power.rated);
  power.idle = object.quantity<Watts>("idle", {.doc = "Powered, doing nothing", .minimum = 0});
  if (object.problem_count() > before) return;
  if (power.measured > power.rated) {
    object.problem("measured", "above the rated power", "exchange the two, or correct one");
  }
  if (power.idle > power.measured) {
    object.problem("idle", "above the largest draw seen", "correct one of the two");
  }
}

}  // namespace

NodeParts read_node(const std::string& name, Object object) {
  NodeParts parts;
  hardware::Node& node = parts.node;
  node.name = name;
  read_summary(object, node.summary);
  parts.accelerator = object.text("accelerator", {.doc = "Name of an accelerator"}).value_or("");
  node.accelerators =
      object
          .integer("accelerators",
                   {.doc = "Accelerators in the node", .minimum = 1, .maximum = most_in_a_node})
          .value_or(1);
  object.object("scale_up", {.doc = "How the accelerators of the node reach each other"},
                [&](Object up) { read_scale_up(std::move(up), node.scale_up); });
  node.nics = object
                  .integer("nics", {.doc = "Interfaces to other nodes, shared evenly",
                                    .minimum = 1,
                                    .maximum = most_in_a_node})
                  .value_or(1);
  object.object("nic", {.doc = "One network interface"},
                [&](Object nic) { read_nic(std::move(nic), node.nic); });
  object.object("shared_memory",
                {.doc = "Memory that the node's accelerators stream from when their own is full",
                 .presence = Presence::optional},
                [&](Object memory) {
                  node.shared_memory = {
                      memory.quantity<Bytes>("capacity", positive("Of the whole node")),
                      memory.quantity<BytesPerSecond>("bandwidth", positive("Of the whole node"))};
                });
  node.ingest = object.quantity<BytesPerSecond>(
      "ingest", positive("Input data from the host to all accelerators together"));
  parts.fabric = object.text("fabric", {.doc = "Name of the fabric that joins nodes"}).value_or("");
  object.object("power", {.doc = "Power of the whole node, host and fans included"},
                [&](Object power) { read_node_power(std::move(power), node.power); });
  node.price = object.quantity<Usd>("price", {.doc = "Of the whole node", .minimum = 0});

  const hardware::ScaleUp& up = node.scale_up;
  const std::int64_t dies = up.tile_rows * up.tile_columns * up.tiles_down * up.tiles_across;
  if (up.kind == "tile_mesh" && dies != 0 && dies != node.accelerators) {
    object.problem(
        "accelerators",
        fmt::format("{} accelerators, but the tile mesh has {} dies", node.accelerators, dies),
        fmt::format("use {}, or change the tiles of scale_up", dies));
  }
  return parts;
}

}  // namespace trainyard::scenario
