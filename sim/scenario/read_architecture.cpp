#include "scenario/read_architecture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/low_rank.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;

ModelMembers::ModelMembers(Object& object, Kind kind)
    : object_(object), kind_(kind), before_(object.problem_count()) {}

bool ModelMembers::first(const char* key) {
  return asked_.insert(key).second;
}

Rule ModelMembers::rule(const char* doc) const {
  return {.doc = doc, .presence = open() ? Presence::optional : Presence::required, .minimum = 0};
}

std::int64_t ModelMembers::count(const char* key, const char* doc, double most) {
  if (!first(key)) return 1;
  Rule whole = rule(doc);
  whole.minimum = 1;
  whole.maximum = most;
  return object_.integer(key, whole).value_or(1);
}

std::int64_t ModelMembers::count_or(const char* key, const char* doc, std::int64_t otherwise,
                                    double most) {
  if (!first(key)) return otherwise;
  return object_
      .integer(key, {.doc = doc,
                     .presence = Presence::optional,
                     .minimum = static_cast<double>(otherwise),
                     .maximum = most})
      .value_or(otherwise);
}

double ModelMembers::number(const char* key, const char* doc, double most) {
  if (!first(key)) return 1;
  Rule positive = rule(doc);
  positive.minimum_excluded = true;
  positive.maximum = most;
  return object_.number(key, positive).value_or(1);
}

bool ModelMembers::yes(const char* key, const char* doc) {
  if (!first(key)) return false;
  return object_.boolean(key, {.doc = doc, .presence = Presence::optional}).value_or(false);
}

std::string ModelMembers::choice(const char* key, const char* doc,
                                 std::vector<std::string> one_of) {
  std::string otherwise = one_of.front();
  if (!first(key)) return otherwise;
  return object_
      .text(key, {.doc = doc, .presence = Presence::optional, .one_of = std::move(one_of)})
      .value_or(otherwise);
}

void ModelMembers::object(const char* key, const char* doc, Presence presence,
                          const std::function<void(Object)>& read) {
  if (first(key)) object_.object(key, {.doc = doc, .presence = presence}, read);
}

void ModelMembers::each(const char* key, const char* doc, Presence presence,
                        const std::function<void(const std::string&, Object)>& read) {
  if (open()) presence = Presence::optional;
  if (first(key)) object_.each(key, {.doc = doc, .presence = presence}, read);
}

void ModelMembers::problem(const char* key, std::string message, std::string remedy) {
  object_.problem(key, std::move(message), std::move(remedy));
}

void ModelMembers::divides(const char* key, std::int64_t whole, std::int64_t part,
                           const char* what) {
  if (whole % part == 0) return;
  problem(key, fmt::format("{} is no multiple of {} {}", whole, what, part),
          fmt::format("use {}?", std::max(part, whole / part * part)));
}

model::AttentionKernel read_attention_kernel(ModelMembers& members) {
  const std::string kernel = members.choice(
      "attention",
      "fused (default): scores stay on the chip; unfused: written to memory and kept, as by "
      "software before FlashAttention",
      {"fused", "unfused"});
  return kernel == "unfused" ? model::AttentionKernel::unfused : model::AttentionKernel::fused;
}

bool read_dropout(ModelMembers& members) {
  return members.yes("dropout", "Masks are written and kept for backward; default false");
}

model::Model with_lora(ModelMembers& members, model::Model model) {
  const auto read = [&](Object lora) {
    const std::int64_t rank = lora.integer("rank", {.doc = "Columns between the two products",
                                                    .minimum = 1,
                                                    .maximum = huge_count})
                                  .value_or(1);
    const auto on = lora.texts("on", {.doc = "Names of the products that get adapters"});
    if (lora.describing() || !members.sound()) return;
    const auto known = model::products(model);
    for (const std::string& name : on) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      lora.problem("on", fmt::format("no product is called \"{}\"", name),
                   fmt::format("known: {}", fmt::join(known, ", ")));
    }
    model = model::with_adapters(std::move(model), {.rank = rank, .on = on});
  };
  members.object("lora",
                 "Low-rank fine-tuning: all weights are frozen but those of adapters; default none",
                 Presence::optional, read);
  return model;
}

}  // namespace trainyard::scenario
