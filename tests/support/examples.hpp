// Small, fixed examples that the tests of many folders use: nodes, models and requests built by
// hand, so that unit tests depend neither on files nor on the readers.
#pragma once

#include "hardware/node.hpp"
#include "model/dense_transformer.hpp"
#include "model/moe_transformer.hpp"
#include "model/video_transformer.hpp"
#include "parallelism/plan.hpp"
#include "step/task.hpp"

namespace trainyard::examples {

// One unit and tiles without a cost of their own: products of whole tiles take their work over the
// reachable rate, which keeps closed forms short.
hardware::KernelParameters simple_kernels(double gemm, double attention, double memory,
                                          Seconds launch);

hardware::Accelerator h100();

// `nodes_per_leaf` small enough that a few nodes already span leaves.
hardware::Node dgx_h100(std::int64_t nodes_per_leaf = 4, double oversubscription = 1);

hardware::Node dojo_tray();

model::Model llama3_8b();

model::Model llama3_405b();

model::Model gpt3_175b();

// 168 M parameters: one accelerator holds it, so that every plan fits.
model::Model small_language(std::int64_t layers = 8);

// 8 experts of which a token meets 2, in every second layer. Its experts hold half of its 134 M
// parameters.
model::Model small_mixture(std::int64_t layers = 4);

// Small enough for a few Dojo dies; 40 heads divide over 2, 4, 5, 8 and 10 ranks.
model::Model small_video(std::int64_t layers = 8);

// 8 cameras, 9.4 B parameters, 19,200 positions a clip.
model::Model fsd_video();

parallelism::Request request(std::int64_t tensor, std::int64_t pipeline,
                             std::int64_t micro_batches);

// Every dimension at once, for a model with experts: two replicas of 2 x 2 x 2 ranks each.
parallelism::Request many_dimensions();

step::Task task(model::Model model, hardware::Node node, parallelism::Request request);

}  // namespace trainyard::examples
