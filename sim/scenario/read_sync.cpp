#include "scenario/read_sync.hpp"

#include <array>
#include <string>

#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using step::Method;
using step::Sync;

namespace {

constexpr double most_steps = 1e6;

std::int64_t count(Object& object, const char* key, const char* doc, std::int64_t otherwise,
                   double minimum = 1) {
  return object
      .integer(
          key,
          {.doc = doc, .presence = Presence::optional, .minimum = minimum, .maximum = most_steps})
      .value_or(otherwise);
}

Method read_method(Object& object) {
  const auto method = object.text(
      "method",
      {.doc = "\"synchronous\" (default): gradients are summed every step; \"local\": each branch "
              "trains by itself and what they learnt is averaged now and then (DiLoCo); "
              "\"asynchronous\": the same, and nobody waits for all",
       .presence = Presence::optional,
       .one_of = {"synchronous", "local", "asynchronous"}});
  if (method == "local") return Method::local;
  return method == "asynchronous" ? Method::asynchronous : Method::synchronous;
}

void read_crossing(Object& object, Sync& sync) {
  const auto crossing = object.text(
      "crossing",
      {.doc = "\"hierarchical\" (default): summed inside each branch, then between branches; "
              "\"flat\": in rings through all ranks",
       .presence = Presence::optional,
       .one_of = {"hierarchical", "flat"}});
  if (crossing == "flat") sync.crossing = step::Crossing::flat;
  const auto divided = object.text(
      "divides", {.doc = "What is divided between branches: the batch (\"data\", default)",
                  .presence = Presence::optional,
                  .one_of = {"data", "tensor", "expert"}});
  if (divided == "tensor") {
    object.problem("divides",
                   "tensor-parallel ranks exchange several times in every layer, and each exchange "
                   "would wait for the way between sites",
                   "divide the batch (\"data\"), or stages (\"stages\" of a branch)");
  } else if (divided == "expert") {
    object.problem("divides",
                   "expert-parallel ranks exchange all tokens twice in every layer with experts, "
                   "and each exchange would wait for the way between sites",
                   "divide the batch (\"data\"), or stages (\"stages\" of a branch)");
  }
}

// Members of one method where another was chosen say nothing: an error, not silence.
void refuse(Object& object, Method method) {
  const auto only = [&](const char* key, bool fits, const char* whose) {
    if (fits || !object.has(key)) return;
    object.problem(key, std::string("only ") + whose + " training has it",
                   "leave it out, or choose another \"method\"");
  };
  const bool apart = method != Method::synchronous;
  for (const char* key : {"every", "delay"}) only(key, apart, "local and asynchronous");
  only("fragments", method == Method::local, "local");
  for (const char* key : {"quorum", "grace"}) {
    only(key, method == Method::asynchronous, "asynchronous");
  }
}

}  // namespace

Sync read_sync(Object& object, double bits) {
  Sync sync;
  sync.method = read_method(object);
  read_crossing(object, sync);
  sync.overlap = object
                     .boolean("overlap", {.doc = "Send a part as soon as its gradients are made; "
                                                 "default true",
                                          .presence = Presence::optional})
                     .value_or(true);
  sync.chunk = object.optional_quantity<Bytes>(
      "chunk",
      positive(
          "Sent together, at least; default: what the links carry in ten times their latency"));
  sync.bits = object
                  .number("bits", {.doc = "Of a parameter's gradient on the way between branches; "
                                          "default: those of the plan's \"gradient_precision\"",
                                   .presence = Presence::optional,
                                   .minimum = 1,
                                   .maximum = 64})
                  .value_or(bits);
  sync.streams = count(object, "streams",
                       "TCP streams that an accelerator opens to another site; default 1", 1);
  const bool apart = sync.method != Method::synchronous;
  sync.every = count(object, "every",
                     "Steps between two exchanges of the same parameter; default 30 for local and "
                     "asynchronous training",
                     apart ? 30 : 1);
  sync.fragments =
      count(object, "fragments", "Parts of the model that are exchanged in turn; default 1", 1);
  sync.delay = count(object, "delay",
                     "Steps that go on before what was exchanged is needed; default 0", 0, 0);
  sync.quorum =
      count(object, "quorum", "Branches whose part an outer step waits for; default 1", 1);
  sync.grace = object
                   .optional_quantity<Seconds>(
                       "grace", {.doc = "How much longer it waits for others; default \"0 s\"",
                                 .minimum = 0,
                                 .maximum = 86400})
                   .value_or(Seconds(0));
  if (!object.describing()) refuse(object, sync.method);
  return sync;
}

}  // namespace trainyard::scenario
