#include "step/what_if.hpp"

#include <catch2/catch.hpp>

#include "support/examples.hpp"

namespace trainyard::step {
namespace {

const hardware::Node& node(const std::vector<WhatIf>& all, std::string_view name) {
  for (const WhatIf& what : all) {
    if (what.name == name) return what.task.node;
  }
  throw std::runtime_error("no such part");
}

}  // namespace

TEST_CASE("what if each part of a node were 10 % faster, and the others as they are", "[step]") {
  Task task =
      examples::task(examples::small_video(), examples::dojo_tray(), examples::request(1, 1, 1));
  task.node.scale_out.graph.edges = {{.bandwidth = BytesPerSecond(10)}};
  const std::vector<WhatIf> all = what_ifs(task);
  REQUIRE(all.size() == 4);
  const hardware::Node& chip = node(all, "chip");
  CHECK(chip.accelerator.peak[0].value() == Approx(362e12 * 1.1));
  CHECK(chip.accelerator.peak_at(hardware::Precision::fp32).value() == Approx(22.6e12 * 1.1));
  CHECK(chip.accelerator.memory[0].bandwidth.value() == 141.6e12);
  const hardware::Node& memory = node(all, "memory");
  CHECK(memory.accelerator.memory[0].bandwidth.value() == Approx(141.6e12 * 1.1));
  CHECK(memory.accelerator.memory[0].capacity.value() == 0.44e9);
  CHECK(memory.shared_memory->bandwidth.value() == Approx(16e12 * 1.1));
  CHECK(memory.accelerator.peak[0].value() == 362e12);
  const hardware::Node& up = node(all, "scale-up");
  CHECK(up.scale_up.bandwidth.value() == Approx(2e12 * 1.1));
  CHECK(up.scale_up.tile_edge.value() == Approx(4.5e12 * 1.1));
  CHECK(up.nic.bandwidth.value() == 50e9);
  const hardware::Node& out = node(all, "scale-out");
  CHECK(out.nic.bandwidth.value() == Approx(50e9 * 1.1));
  CHECK(out.scale_out.graph.edges[0].bandwidth.value() == Approx(11));
  CHECK(out.scale_up.bandwidth.value() == 2e12);
}

TEST_CASE("tasks that differ have identities that differ", "[step]") {
  const Task task =
      examples::task(examples::small_language(), examples::dgx_h100(), examples::request(1, 1, 1));
  for (const WhatIf& what : what_ifs(task)) CHECK(what.task.identity != task.identity);
}

}  // namespace trainyard::step
