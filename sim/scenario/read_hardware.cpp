#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;
using hardware::Accelerator;

namespace {

// Shares of peak by data type.
void read_gemm(Object& object, hardware::KernelParameters& kernel) {
  object.object("gemm_efficiency",
                {.doc = "Share of peak that large matrix products reach in a short run, by data "
                        "type"},
                [&](Object by) {
                  for (std::size_t i = 0; i < hardware::precision_names.size(); ++i) {
                    Rule rule = share_rule("Share of that peak; default 0.5");
                    rule.presence = Presence::optional;
                    kernel.gemm_efficiency[i] =
                        by.number(std::string(hardware::precision_names[i]), rule).value_or(0.5);
                  }
                });
}

void read_kernel(Object object, hardware::KernelParameters& kernel) {
  const auto share = [&](const char* key, const char* doc) {
    return object.number(key, share_rule(doc)).value_or(1);
  };
  const auto ratio = [&](const char* key, const char* doc) {
    return object
        .number(key, {.doc = doc,
                      .presence = Presence::optional,
                      .minimum = 0,
                      .maximum = 2,
                      .minimum_excluded = true})
        .value_or(1);
  };
  const auto time = [&](const char* key, const char* doc) {
    return object.quantity<Seconds>(key, {.doc = doc, .minimum = 0, .maximum = 1});
  };
  kernel.units = object
                     .integer("units", {.doc = "Parts that work on one tile of a product each "
                                               "(streaming multiprocessors)",
                                        .minimum = 1,
                                        .maximum = 1e6})
                     .value_or(1);
  read_gemm(object, kernel);
  kernel.sustained =
      share("sustained", "Share of that rate which hours of training keep within power");
  kernel.weight_gradient = ratio(
      "weight_gradient", "Rate of products for weights' gradients over the others'; default 1");
  kernel.attention_efficiency =
      share("attention_efficiency", "Share of peak that fused attention reaches, forward");
  kernel.attention_backward =
      ratio("attention_backward", "Rate of its backward pass over forward; default 1");
  kernel.attention_portable =
      ratio("attention_portable",
            "Rate of attention kernels written for older chips over its own; default 1");
  kernel.memory_efficiency =
      share("memory_efficiency", "Share of memory bandwidth that streaming kernels reach");
  kernel.tile = time("tile", "Time to fill and drain the pipeline of one tile of a product");
  kernel.attention_block =
      time("attention_block", "The same for 128 queries of a head in fused attention");
  kernel.launch = time("launch", "Time to start one kernel on a busy stream");
}

void read_source(Object& object) {
  object.text("source", {.doc = "Where the figures come from", .presence = Presence::optional});
  object.laid_over("use", "Name of the platform file that this builds on");
}

}  // namespace

void read_summary(Object& object, std::string& summary) {
  summary = object.text("summary", {.doc = "One line that `trainyard list` prints"}).value_or("");
  read_source(object);
}

void read_origin(Object& object) {
  object.text("summary",
              {.doc = "One line that `trainyard list` prints", .presence = Presence::optional});
  read_source(object);
}

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
  object.object("kernel", {.doc = "What kernels reach of the peaks"},
                [&](Object kernel) { read_kernel(std::move(kernel), chip.kernel); });
  object.object("power", {.doc = "Power of one accelerator"}, [&](Object power) {
    chip.max_power = power.quantity<Watts>("max", positive("Thermal design power"));
    chip.idle_power =
        power.quantity<Watts>("idle", {.doc = "Powered, doing nothing", .minimum = 0});
  });
  chip.price = object.quantity<Usd>("price", {.doc = "Of one accelerator", .minimum = 0});
  return chip;
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
  site.wan_port =
      object
          .optional_quantity<BytesPerSecond>(
              "wan_port", positive("To all other sites together, each way (default: its links)"))
          .value_or(BytesPerSecond(0));
  return site;
}

hardware::WanLink read_wan(const std::string& name, Object& object) {
  hardware::WanLink link;
  link.name = name;
  // Of a link that is there unless given, a scenario may say only what is different: the schema
  // cannot know which these are.
  const Presence needed = object.describing() ? Presence::optional : Presence::required;
  link.summary =
      object.text("summary", {.doc = "One line that `trainyard list` prints", .presence = needed})
          .value_or("");
  read_source(object);
  const auto ends = object.texts("ends", {.doc = "The two sites it joins", .presence = needed});
  if (ends.size() == 2) {
    link.from = ends[0];
    link.to = ends[1];
  } else if (object.has("ends")) {
    object.problem("ends", "a link has two ends", "name two sites");
  }
  link.distance = object.quantity<Meters>(
      "distance", {.doc = "Great circle", .presence = needed, .minimum = 0});
  link.latency = object.quantity<Seconds>(
      "latency",
      {.doc = "One way, along the fibre", .presence = needed, .minimum = 0, .maximum = 10});
  document::Rule one_way = positive("One direction");
  one_way.presence = needed;
  link.bandwidth = object.quantity<BytesPerSecond>("bandwidth", one_way);
  link.background =
      object
          .optional_quantity<BytesPerSecond>(
              "background", {.doc = "What other traffic takes of that, each way", .minimum = 0})
          .value_or(BytesPerSecond(0));
  if (link.background >= link.bandwidth && link.background > BytesPerSecond(0)) {
    object.problem("background", "other traffic takes all of the bandwidth",
                   "leave something, or leave the link out");
    link.background = BytesPerSecond(0);
  }
  link.per_stream = object
                        .optional_quantity<BytesPerSecond>(
                            "per_stream", positive("What one TCP stream reaches (default: all)"))
                        .value_or(BytesPerSecond(0));
  return link;
}

}  // namespace trainyard::scenario
