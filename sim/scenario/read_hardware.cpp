#include "scenario/read_hardware.hpp"

#include <fmt/format.h>

#include "base/catalog.hpp"
#include "hardware/fabric/fabric.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;
using hardware::Accelerator;

namespace {

// Far beyond anything built; catches slips of a prefix.
constexpr double most_accelerators_in_a_node = 1e5;

void read_summary(Object& object, std::string& summary) {
  summary = object.text("summary", {.doc = "One line that `trainyard list` prints"}).value_or("");
  object.text("source", {.doc = "Where the figures come from", .presence = Presence::optional});
  object.laid_over("use", "Name of the platform file that this builds on");
}

std::vector<std::string> kinds(hardware::Scale scale) {
  std::vector<std::string> names;
  for (const hardware::FabricRow& row : hardware::fabrics()) {
    if (row.scale == scale) names.emplace_back(row.name);
  }
  return names;
}

void read_kernel(Object object, hardware::KernelParameters& kernel) {
  const auto share = [&](const char* key, const char* doc) {
    return object.number(key, share_rule(doc)).value_or(1);
  };
  kernel.gemm_efficiency =
      share("gemm_efficiency", "Share of peak that large matrix products reach");
  kernel.attention_efficiency =
      share("attention_efficiency", "Share of peak that fused attention reaches");
  kernel.memory_efficiency =
      share("memory_efficiency", "Share of memory bandwidth that streaming kernels reach");
  kernel.launch = object.quantity<Seconds>(
      "launch", {.doc = "Time to start one kernel on a busy stream", .minimum = 0, .maximum = 1});
}

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

void read_scale_up(Object object, hardware::ScaleUp& up) {
  up.kind = object
                .text("kind", {.doc = "How the accelerators of a node are joined",
                               .one_of = kinds(hardware::Scale::up)})
                .value_or("nvswitch");
  up.bandwidth = object.quantity<BytesPerSecond>(
      "bandwidth",
      positive("Of one accelerator (nvswitch) or die edge (tile_mesh), one direction"));
  up.efficiency =
      object.number("efficiency", share_rule("Share of the bandwidth that large transfers reach"))
          .value_or(1);
  up.latency = object.quantity<Seconds>(
      "latency", {.doc = "Of one hop, sender to receiver", .minimum = 0, .maximum = 1});
  read_mesh(object, up);
}

void read_nic(Object object, hardware::Nic& nic) {
  nic.bandwidth = object.quantity<BytesPerSecond>("bandwidth", positive("One direction"));
  nic.efficiency =
      object.number("efficiency", share_rule("Share of the bandwidth that large transfers reach"))
          .value_or(1);
  nic.latency = object.quantity<Seconds>(
      "latency", {.doc = "End to end, without switches", .minimum = 0, .maximum = 1});
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

Rule share_rule(std::string doc) {
  return {.doc = std::move(doc), .minimum = 0, .maximum = 1, .minimum_excluded = true};
}

Rule positive(std::string doc) {
  return {.doc = std::move(doc), .minimum = 0, .minimum_excluded = true};
}

Accelerator read_accelerator(const std::string& name, Object object) {
  Accelerator chip;
  chip.name = name;
  read_summary(object, chip.summary);
  object.object("peak", {.doc = "Dense peak by data type, without sparsity"}, [&](Object peak) {
    for (std::size_t i = 0; i < hardware::precision_names.size(); ++i) {
      chip.peak[i] = peak.optional_quantity<FlopsPerSecond>(
                             std::string(hardware::precision_names[i]),
                             positive("Dense peak; leave out where the chip has no such units"))
                         .value_or(FlopsPerSecond(0));
    }
  });
  const std::size_t before = object.problem_count();
  object.each("memory", {.doc = "Memory tiers by name, nearest first"},
              [&](const std::string& tier, Object memory) {
                chip.memory.push_back(
                    {tier, memory.quantity<Bytes>("capacity", positive("Size")),
                     memory.quantity<BytesPerSecond>("bandwidth", positive("Read or write"))});
              });
  if (chip.memory.empty()) {
    if (object.problem_count() == before) {
      object.problem("memory", "no tier", "give at least one memory tier");
    }
    chip.memory.push_back({"", Bytes(1), BytesPerSecond(1)});
  }
  object.object("kernel", {.doc = "Parameters of the roofline"},
                [&](Object kernel) { read_kernel(std::move(kernel), chip.kernel); });
  object.object("power", {.doc = "Power of one accelerator"}, [&](Object power) {
    chip.max_power = power.quantity<Watts>("max", positive("Thermal design power"));
    chip.idle_power =
        power.quantity<Watts>("idle", {.doc = "Powered, doing nothing", .minimum = 0});
  });
  chip.price = object.quantity<Usd>("price", {.doc = "Of one accelerator", .minimum = 0});
  return chip;
}

hardware::ScaleOut read_fabric(const std::string& name, Object object) {
  hardware::ScaleOut fabric;
  fabric.name = name;
  read_summary(object, fabric.summary);
  fabric.kind =
      object
          .text("kind", {.doc = "Topology that joins nodes", .one_of = kinds(hardware::Scale::out)})
          .value_or("star");
  fabric.switch_latency = object.quantity<Seconds>(
      "switch_latency", {.doc = "Of one switch, port to port", .minimum = 0, .maximum = 1});
  const bool leaves = fabric.kind == "rail_leaf_spine";
  fabric.nodes_per_leaf =
      object
          .integer("nodes_per_leaf",
                   {.doc = "Nodes whose interfaces of one rail share a leaf; rail_leaf_spine only",
                    .presence = leaves ? Presence::required : Presence::optional,
                    .minimum = 1,
                    .maximum = most_accelerators_in_a_node})
          .value_or(leaves ? 1 : 0);
  fabric.oversubscription =
      object
          .number("oversubscription",
                  {.doc = "Bandwidth of a leaf down to its nodes over up to the spines; "
                          "rail_leaf_spine only, default 1",
                   .presence = Presence::optional,
                   .minimum = 0,
                   .maximum = 1000,
                   .minimum_excluded = true})
          .value_or(1);
  return fabric;
}

NodeParts read_node(const std::string& name, Object object) {
  NodeParts parts;
  hardware::Node& node = parts.node;
  node.name = name;
  read_summary(object, node.summary);
  parts.accelerator = object.text("accelerator", {.doc = "Name of an accelerator"}).value_or("");
  node.accelerators = object
                          .integer("accelerators", {.doc = "Accelerators in the node",
                                                    .minimum = 1,
                                                    .maximum = most_accelerators_in_a_node})
                          .value_or(1);
  object.object("scale_up", {.doc = "How the accelerators of the node reach each other"},
                [&](Object up) { read_scale_up(std::move(up), node.scale_up); });
  node.nics = object
                  .integer("nics", {.doc = "Interfaces to other nodes, shared evenly",
                                    .minimum = 1,
                                    .maximum = most_accelerators_in_a_node})
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

hardware::Site read_site(const std::string& name, Object& object) {
  hardware::Site site;
  site.name = name;
  read_summary(object, site.summary);
  site.latitude = object.number("latitude", {.doc = "Degrees north", .minimum = -90, .maximum = 90})
                      .value_or(0);
  site.longitude =
      object.number("longitude", {.doc = "Degrees east", .minimum = -180, .maximum = 180})
          .value_or(0);
  site.pue =
      object
          .number("pue", {.doc = "Facility power over computer power", .minimum = 1, .maximum = 5})
          .value_or(1);
  site.energy_price =
      object.quantity<UsdPerJoule>("energy_price", {.doc = "Industrial price", .minimum = 0});
  site.carbon = object.quantity<KilogramsPerJoule>(
      "carbon", {.doc = "CO2 of the local grid, average", .minimum = 0});
  return site;
}

hardware::WanLink read_wan(const std::string& name, Object& object) {
  hardware::WanLink link;
  link.name = name;
  read_summary(object, link.summary);
  const auto ends = object.texts("ends", {.doc = "The two sites it joins"});
  if (ends.size() == 2) {
    link.from = ends[0];
    link.to = ends[1];
  } else if (object.has("ends")) {
    object.problem("ends", "a link has two ends", "name two sites");
  }
  link.distance = object.quantity<Meters>("distance", {.doc = "Great circle", .minimum = 0});
  link.latency = object.quantity<Seconds>(
      "latency", {.doc = "One way, along the fibre", .minimum = 0, .maximum = 10});
  link.bandwidth = object.quantity<BytesPerSecond>("bandwidth", positive("One direction"));
  return link;
}

}  // namespace trainyard::scenario
