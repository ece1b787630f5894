#include "scenario/read_schedule.hpp"

#include <fmt/format.h>

#include "base/date.hpp"
#include "scenario/read_checkpoint.hpp"
#include "scenario/read_world.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

constexpr double longest = 366 * 86400.0;

}  // namespace

void read_schedule(Object& object, const fleet::World& world, Bytes checkpoint, fleet::Job& job) {
  job.priority = object
                     .integer("priority", {.doc = "Larger is served first; default 0",
                                           .presence = Presence::optional,
                                           .minimum = -1e6,
                                           .maximum = 1e6})
                     .value_or(0);
  job.from = object
                 .date("from", {.doc = "When it is ready to start; default: the horizon's start",
                                .presence = Presence::optional})
                 .value_or(world.from);
  job.deadline = object.date("deadline", {.doc = "When it should have finished; default: never",
                                          .presence = Presence::optional});
  job.estimate = object.optional_quantity<Seconds>(
      "estimate", {.doc = "How long it says that it computes, for policies that order by length; "
                          "default: its target over its rate, or its duration",
                   .minimum = 0,
                   .maximum = longest_horizon,
                   .minimum_excluded = true});
  job.checkpoint = read_checkpoint(object, world, checkpoint);
  const auto restart = object.optional_quantity<Seconds>(
      "restart", {.doc = "Lost whenever its chips change; default \"10 min\" (assumed: loading a "
                         "checkpoint and starting the framework), of known durations \"0 s\"",
                  .minimum = 0,
                  .maximum = longest});
  job.restart = restart.value_or(Seconds(object.has("duration") ? 0 : 600));
  if (object.describing()) return;
  if (job.from >= world.to) {
    object.problem("from",
                   fmt::format("{} is not before the horizon's end, {}", date_text(job.from),
                               date_text(world.to)),
                   "start it earlier, or move the horizon");
  }
  if (job.deadline && *job.deadline <= job.from) {
    object.problem(
        "deadline",
        fmt::format("{} is not after its start, {}", date_text(*job.deadline), date_text(job.from)),
        "give it time, or leave the deadline out");
  }
}

}  // namespace trainyard::scenario
