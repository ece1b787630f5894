#include "support/examples.hpp"

namespace trainyard::examples {

hardware::KernelParameters simple_kernels(double gemm, double attention, double memory,
                                          Seconds launch) {
  hardware::KernelParameters kernel;
  kernel.gemm_efficiency = {gemm, gemm, gemm, gemm};
  kernel.attention_efficiency = attention;
  kernel.memory_efficiency = memory;
  kernel.launch = launch;
  return kernel;
}

hardware::Accelerator h100() {
  hardware::Accelerator chip;
  chip.name = "h100_sxm";
  chip.peak = {FlopsPerSecond(989.4e12), FlopsPerSecond(1978.9e12), FlopsPerSecond(0),
               FlopsPerSecond(66.9e12)};
  chip.memory = {{"hbm", Bytes(80e9), BytesPerSecond(3350e9)}};
  chip.kernel = simple_kernels(0.7, 0.5, 0.85, Seconds(3e-6));
  chip.max_power = Watts(700);
  chip.idle_power = Watts(85);
  chip.price = Usd(30000);
  return chip;
}

hardware::Node dgx_h100(std::int64_t nodes_per_leaf, double oversubscription) {
  hardware::Node node;
  node.name = "dgx_h100";
  node.accelerator = h100();
  node.accelerators = 8;
  node.scale_up = {.kind = "nvswitch",
                   .bandwidth = BytesPerSecond(450e9),
                   .efficiency = 0.8,
                   .latency = Seconds(1.5e-6)};
  node.nics = 8;
  node.nic = {BytesPerSecond(50e9), 0.9, Seconds(2e-6)};
  node.ingest = BytesPerSecond(512e9);
  node.scale_out = {.name = "rail_optimised",
                    .kind = "rail_leaf_spine",
                    .switch_latency = Seconds(0.3e-6),
                    .nodes_per_leaf = nodes_per_leaf,
                    .oversubscription = oversubscription};
  node.power = {Watts(10200), Watts(8400), Watts(1900)};
  node.price = Usd(300000);
  return node;
}

hardware::Node dojo_tray() {
  hardware::Node node;
  node.name = "dojo_tray";
  node.accelerator.name = "dojo_d1";
  node.accelerator.peak = {FlopsPerSecond(362e12), FlopsPerSecond(362e12), FlopsPerSecond(0),
                           FlopsPerSecond(22.6e12)};
  node.accelerator.memory = {{"sram", Bytes(0.44e9), BytesPerSecond(141.6e12)}};
  node.accelerator.kernel = simple_kernels(0.6, 0.4, 0.7, Seconds(2e-6));
  node.accelerator.max_power = Watts(400);
  node.accelerators = 150;
  node.scale_up = {.kind = "tile_mesh",
                   .bandwidth = BytesPerSecond(2e12),
                   .efficiency = 0.8,
                   .latency = Seconds(0.2e-6),
                   .tile_rows = 5,
                   .tile_columns = 5,
                   .tiles_down = 2,
                   .tiles_across = 3,
                   .tile_edge = BytesPerSecond(4.5e12)};
  node.nics = 20;
  node.nic = {BytesPerSecond(50e9), 0.9, Seconds(1.3e-6)};
  node.shared_memory = {Bytes(640e9), BytesPerSecond(16e12)};
  node.ingest = BytesPerSecond(640e9);
  node.scale_out = {.name = "ttpoe_ethernet", .kind = "star", .switch_latency = Seconds(0.6e-6)};
  node.power = {Watts(100e3), Watts(100e3), Watts(30e3)};
  node.price = Usd(1.5e6);
  return node;
}

model::Model llama3_8b() {
  model::Model model = build(model::DenseTransformer{.layers = 32,
                                                     .hidden = 4096,
                                                     .heads = 32,
                                                     .kv_heads = 8,
                                                     .head_size = 128,
                                                     .ffn = 14336,
                                                     .gated_ffn = true,
                                                     .vocabulary = 128256,
                                                     .sequence = 8192});
  model.name = "llama3_8b";
  return model;
}

model::Model llama3_405b() {
  model::Model model = build(model::DenseTransformer{.layers = 126,
                                                     .hidden = 16384,
                                                     .heads = 128,
                                                     .kv_heads = 8,
                                                     .head_size = 128,
                                                     .ffn = 53248,
                                                     .gated_ffn = true,
                                                     .vocabulary = 128256,
                                                     .sequence = 8192});
  model.name = "llama3_405b";
  return model;
}

model::Model gpt3_175b() {
  model::Model model = build(model::DenseTransformer{.layers = 96,
                                                     .hidden = 12288,
                                                     .heads = 96,
                                                     .kv_heads = 96,
                                                     .head_size = 128,
                                                     .ffn = 4 * 12288,
                                                     .vocabulary = 50257,
                                                     .tied_head = true,
                                                     .sequence = 2048});
  model.name = "gpt3_175b";
  return model;
}

model::Model small_language(std::int64_t layers) {
  model::Model model = build(model::DenseTransformer{.layers = layers,
                                                     .hidden = 1024,
                                                     .heads = 16,
                                                     .kv_heads = 8,
                                                     .head_size = 64,
                                                     .ffn = 4096,
                                                     .vocabulary = 32000,
                                                     .sequence = 2048});
  model.name = "small_language";
  return model;
}

model::Model small_mixture(std::int64_t layers) {
  model::Model model = build(model::MoeTransformer{.dense = {.layers = layers,
                                                             .hidden = 1024,
                                                             .heads = 16,
                                                             .kv_heads = 8,
                                                             .head_size = 64,
                                                             .ffn = 4096,
                                                             .vocabulary = 32000,
                                                             .sequence = 2048},
                                                   .experts = 8,
                                                   .experts_per_token = 2,
                                                   .expert_ffn = 2048,
                                                   .moe_every = 2});
  model.name = "small_mixture";
  return model;
}

model::Model small_video(std::int64_t layers) {
  model::Model model = build(model::VideoTransformer{.cameras = 4,
                                                     .frames = 4,
                                                     .height = 320,
                                                     .width = 480,
                                                     .patch = 32,
                                                     .temporal_stride = 2,
                                                     .bytes_per_pixel = 1.5,
                                                     .layers = layers,
                                                     .hidden = 640,
                                                     .heads = 40,
                                                     .ffn = 2560,
                                                     .window = 150,
                                                     .outputs = 256});
  model.name = "small_video";
  return model;
}

model::Model fsd_video() {
  model::Model model = build(model::VideoTransformer{.cameras = 8,
                                                     .frames = 8,
                                                     .height = 640,
                                                     .width = 960,
                                                     .patch = 32,
                                                     .temporal_stride = 2,
                                                     .bytes_per_pixel = 1.5,
                                                     .layers = 30,
                                                     .hidden = 5120,
                                                     .heads = 40,
                                                     .ffn = 20480,
                                                     .window = 600,
                                                     .outputs = 4096});
  model.name = "fsd_video";
  return model;
}

parallelism::Request request(std::int64_t tensor, std::int64_t pipeline,
                             std::int64_t micro_batches) {
  parallelism::Request request;
  request.tensor = tensor;
  request.pipeline = pipeline;
  request.batch.micro_batches = micro_batches;
  return request;
}

parallelism::Request many_dimensions() {
  parallelism::Request request = examples::request(2, 2, 4);
  request.context = 2;
  request.data = 2;
  request.expert = 2;
  request.expert_load = 1.25;
  request.sharding = parallelism::Sharding::optimizer;
  return request;
}

step::Task task(model::Model model, hardware::Node node, parallelism::Request request) {
  return {.model = std::move(model), .node = std::move(node), .request = std::move(request)};
}

}  // namespace trainyard::examples
