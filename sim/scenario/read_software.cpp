#include "scenario/read_software.hpp"

#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;
using parallelism::Software;

namespace {

Rule within(const char* doc, double least, double most) {
  return {.doc = doc, .presence = Presence::optional, .minimum = least, .maximum = most};
}

// What it does, plans aside.
void read_habits(Object& object, Software& software) {
  const auto yes = [&](const char* key, const char* doc, bool otherwise) {
    return object.boolean(key, {.doc = doc, .presence = Presence::optional}).value_or(otherwise);
  };
  const auto attention = object.text(
      "attention", {.doc = "fused (default): scores stay on the chip; portable: in kernels written "
                           "for older chips; unfused: written to memory and kept, of models that "
                           "do not say it themselves",
                    .presence = Presence::optional,
                    .one_of = {"fused", "portable", "unfused"}});
  if (attention == "portable") software.attention = parallelism::AttentionKind::portable;
  if (attention == "unfused") software.attention = parallelism::AttentionKind::unfused;
  software.fused_updates = yes(
      "fused_updates",
      "Products add to gradients themselves, and the optimizer is one kernel; default true", true);
  software.grouped_experts = yes(
      "grouped_experts",
      "The products of a rank's experts are one kernel instead of one each; default true", true);
  software.overlap_gradients =
      yes("overlap_gradients", "Plans sum gradients while backward runs; default true", true);
  software.overlap_parameters =
      yes("overlap_parameters",
          "Plans gather parameters while the layer before computes; default true", true);
  software.overlap_tensor =
      yes("overlap_tensor", "Plans run tensor exchanges beside products; default true", true);
  const auto gradients =
      object.text("gradient_precision", {.doc = "Data type in which plans keep and sum gradients; "
                                                "default fp32",
                                         .presence = Presence::optional,
                                         .one_of = {"fp32", "bf16"}});
  if (gradients == "bf16") software.gradient_precision = hardware::Precision::bf16;
}

}  // namespace

Software read_software(const std::string& name, Object object) {
  Software software;
  software.name = name;
  std::string summary;
  read_summary(object, summary);
  read_habits(object, software);
  const auto number = [&](const char* key, const Rule& rule, double otherwise) {
    return object.number(key, rule).value_or(otherwise);
  };
  software.gemm_quality =
      number("gemm_quality",
             within("Rate of its matrix products over what the chip's parameters say; default 1",
                    0.2, 1.5),
             1);
  software.attention_quality =
      number("attention_quality", within("The same of its fused attention; default 1", 0.2, 3), 1);
  software.stream_traffic =
      number("stream_traffic",
             within("Bytes that norms, activations and residuals move over those of fused kernels; "
                    "default 1",
                    0.5, 10),
             1);
  software.host =
      object
          .optional_quantity<Seconds>(
              "host",
              within("Host time to start an operator; default 0: nothing waits for it", 0, 1e-3))
          .value_or(Seconds(0));
  software.tensor_overlap = number(
      "tensor_overlap",
      within("Share of tensor-parallel exchanges hidden beside products; default 0", 0, 1), 0);
  software.interference = number(
      "interference",
      within("Of the time of a collective beside computing, what computing loses; default 0", 0, 1),
      0);
  return software;
}

}  // namespace trainyard::scenario
