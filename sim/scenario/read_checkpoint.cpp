#include "scenario/read_checkpoint.hpp"

#include <fmt/format.h>

#include <string>

#include "scenario/read_deliveries.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using fleet::Checkpoint;

namespace {

constexpr double longest = 366 * 86400.0;

void read_interval(Object& object, const fleet::World& world, Checkpoint& checkpoint) {
  const auto every = object.quantity_or_text<Seconds>(
      "checkpoint_every",
      {.doc = "Computing time between two checkpoints: the job grows, and falls back, to these; "
              "or \"young\" or \"daly\", the best interval for the failures; default \"1 h\"",
       .presence = Presence::optional,
       .minimum = 1,
       .maximum = longest,
       .one_of = {"young", "daly"}});
  if (!every) return;
  if (every->quantity) {
    checkpoint.every = *every->quantity;
    return;
  }
  checkpoint.interval =
      every->text == "young" ? Checkpoint::Interval::young : Checkpoint::Interval::daly;
  if (!object.describing() && world.failures.empty()) {
    object.problem(
        "checkpoint_every",
        fmt::format("no failures are given, so the interval of \"{}\" never ends", every->text),
        "add \"failures\", or write a time such as \"1 h\"");
  }
}

Checkpoint::Tier read_tier(Object& object) {
  const auto to = object.text(
      "to", {.doc = "Where it is written: the site's store (default), the disks of the job's own "
                    "nodes, or the memory of their hosts; the last two are lost with the nodes",
             .presence = Presence::optional,
             .one_of = {"store", "local_disk", "host_memory"}});
  if (to == "local_disk") return Checkpoint::Tier::local_disk;
  return to == "host_memory" ? Checkpoint::Tier::host_memory : Checkpoint::Tier::store;
}

void read_writing(Object object, const fleet::World& world, Checkpoint& checkpoint) {
  if (const auto size = object.optional_quantity<Bytes>(
          "size", {.doc = "Of all ranks together; default: 14 bytes for each trained parameter, of "
                          "known durations nothing",
                   .minimum = 0,
                   .maximum = 1e18})) {
    checkpoint.size = *size;
  }
  checkpoint.write = object.optional_quantity<Seconds>(
      "write", {.doc = "Time that computing stops for one; default: size over bandwidth",
                .minimum = 0,
                .maximum = longest});
  const auto mode =
      object.text("mode", {.doc = "\"blocking\" (default): computing stops while it is written. "
                                  "\"asynchronous\": it stops for a copy to host memory",
                           .presence = Presence::optional,
                           .one_of = {"blocking", "asynchronous"}});
  if (mode == "asynchronous") checkpoint.mode = Checkpoint::Mode::asynchronous;
  checkpoint.tier = read_tier(object);
  const auto site = object.text("replicate_to", {.doc = "Site that each is copied to over the WAN",
                                                 .presence = Presence::optional});
  if (!site || object.describing()) return;
  checkpoint.replica = site_index(object, "replicate_to", *site, world).value_or(fleet::none);
}

}  // namespace

Checkpoint read_checkpoint(Object& object, const fleet::World& world, Bytes usual) {
  Checkpoint checkpoint;
  checkpoint.size = usual;
  read_interval(object, world, checkpoint);
  object.object("checkpoint",
                {.doc = "What a checkpoint is and where it goes", .presence = Presence::optional},
                [&](Object inner) { read_writing(std::move(inner), world, checkpoint); });
  return checkpoint;
}

// Weights in bf16 (2), a master copy in fp32 (4) and two moments of Adam in fp32 (8): 14 bytes a
// parameter. Published: 11 (782 GB for 70B) to 16 (6.48 TB for Llama 3 405B, arXiv 2407.21783).
// Frozen weights do not change, and are not written again.
Bytes checkpoint_size(const model::Model& model) {
  constexpr double bytes_per_parameter = 14;
  return Bytes(bytes_per_parameter * model::trained_parameters(model));
}

}  // namespace trainyard::scenario
