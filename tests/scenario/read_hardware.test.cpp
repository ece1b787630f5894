#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// Problems of a fabric with these members besides the common ones.
std::string fabric(const std::string& members) {
  return problems(
      platform("fabrics", "f", R"("summary": "s", "switch_latency": "1 us", )" + members));
}

const std::string cable = R"("bandwidth": "50 GB/s", "latency": "1 us")";

std::string custom(const std::string& edges, const std::string& switches = R"("s0")") {
  return R"("kind": "custom", "switches": [)" + switches + R"(], "edges": {)" + edges + "}";
}

}  // namespace

TEST_CASE("a quantity needs a number, a space and a unit of its kind", "[scenario]") {
  CHECK(problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": 30000)")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: 30000 has no unit; write an amount "
        "of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "30000")")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: \"30000\" has no unit; write an "
        "amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(
      problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "30000USD")")) ==
      "a.json:4:75: /platforms/accelerators/h100_sxm/price: \"30000USD\" lacks the space before "
      "the unit; write \"30000 USD\"");
  CHECK(
      problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "30000 W")")) ==
      "a.json:4:75: /platforms/accelerators/h100_sxm/price: \"30000 W\" is a power, not an amount "
      "of money; write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(
            platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "30000 EUR")")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: \"30000 EUR\" has an unknown unit; "
        "write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "much")")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: \"much\" is no number with a unit; "
        "write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(
      problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": ["1 USD"])")) ==
      "a.json:4:75: /platforms/accelerators/h100_sxm/price: this is an array, not an amount of "
      "money; write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": null)")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: this is null, not an amount of "
        "money; write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
}

TEST_CASE("a quantity is finite and within its limits", "[scenario]") {
  CHECK(problems(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "price": "-1 USD")")) ==
        "a.json:4:75: /platforms/accelerators/h100_sxm/price: -1 USD is below the least allowed, 0 "
        "USD");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "power": {"max": "0 W"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/power/max: 0 W is not above 0 W");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "power": {"max": "-700 W"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/power/max: -700 W is not above 0 W");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "power": {"max": "NaN W"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/power/max: \"NaN W\" is not finite; write a "
        "power such as \"700 W\" or \"130 MW\"");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "power": {"max": "inf W"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/power/max: \"inf W\" is not finite; write a "
        "power such as \"700 W\" or \"130 MW\"");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "power": {"max": "1e999 W"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/power/max: \"1e999 W\" is too large or too "
        "small for a number");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"launch": "2 h"})")) ==
        "a.json:4:87: /platforms/accelerators/h100_sxm/kernel/launch: 2 h is above the most "
        "allowed, 1 s");
}

TEST_CASE("a number is finite and within its limits", "[scenario]") {
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"sustained": 0})")) ==
        "a.json:4:90: /platforms/accelerators/h100_sxm/kernel/sustained: 0 is not above 0");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"sustained": 1.5})")) ==
        "a.json:4:90: /platforms/accelerators/h100_sxm/kernel/sustained: 1.5 is above the "
        "most allowed, 1");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"sustained": "0.7"})")) ==
        "a.json:4:90: /platforms/accelerators/h100_sxm/kernel/sustained: \"0.7\" is a text, "
        "not a number");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"sustained": NaN})")) ==
        "a.json:4:90: /platforms/accelerators/h100_sxm/kernel/sustained: syntax error: "
        "invalid literal; last read: '\"sustained\": N'");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"sustained": 1e999})")) ==
        "a.json:4:90: /platforms/accelerators/h100_sxm/kernel/sustained: 1e999 is too large "
        "for a number");
}

// By data type: what no file says of a type that a chip has is half of its peak.
TEST_CASE("products have an efficiency for each data type", "[scenario]") {
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"gemm_efficiency": {"fp8": 1.5}})")) ==
        "a.json:4:104: /platforms/accelerators/h100_sxm/kernel/gemm_efficiency/fp8: 1.5 is above "
        "the most allowed, 1");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "kernel": {"gemm_efficiency": 0.7})")) ==
        "a.json:4:96: /platforms/accelerators/h100_sxm/kernel/gemm_efficiency: 0.7 stands here, "
        "not an object; write {...}");
  const Scenario scenario = read_text(
      platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "kernel": {"gemm_efficiency":
        {"bf16": 0.75, "fp8": 0.625}, "sustained": 0.5})"));
  const hardware::Accelerator& chip = scenario.tasks.at(0).node.accelerator;
  CHECK(chip.kernel.gemm_efficiency[0] == 0.75);
  CHECK(chip.kernel.gemm_efficiency[1] == 0.625);
  CHECK(chip.kernel.gemm_efficiency[2] == 0.5);
  CHECK(chip.gemm_rate(hardware::Precision::bf16).value() ==
        Approx(989.4e12 * 0.75 * 0.5).epsilon(1e-14));
  CHECK(chip.peak_at(hardware::Precision::fp4) == FlopsPerSecond(0));
}

TEST_CASE("what kernels reach is read with its units", "[scenario]") {
  const Scenario scenario =
      read_text(platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "kernel": {"units": 8,
        "sustained": 0.5, "weight_gradient": 0.75, "attention_efficiency": 0.25,
        "attention_backward": 0.875, "attention_portable": 0.75, "memory_efficiency": 0.625, "tile": "2 us",
        "attention_block": "3 us", "launch": "4 us"})"));
  const hardware::KernelParameters& kernel = scenario.tasks.at(0).node.accelerator.kernel;
  CHECK(kernel.units == 8);
  CHECK(kernel.sustained == 0.5);
  CHECK(kernel.weight_gradient == 0.75);
  CHECK(kernel.attention_efficiency == 0.25);
  CHECK(kernel.attention_backward == 0.875);
  CHECK(kernel.attention_portable == 0.75);
  CHECK(kernel.memory_efficiency == 0.625);
  CHECK(kernel.tile == Seconds(2e-6));
  CHECK(kernel.attention_block == Seconds(3e-6));
  CHECK(kernel.launch == Seconds(4e-6));
  CHECK(problems(
            platform("accelerators", "h100_sxm", R"("use": "h100_sxm", "kernel": {"units": 0})")) ==
        "a.json:4:86: /platforms/accelerators/h100_sxm/kernel/units: 0 is below the least "
        "allowed, 1");
}

TEST_CASE("a value with a status has a value, a known status, and a source unless it is assumed",
          "[scenario]") {
  CHECK(
      problems(platform(
          "accelerators", "h100_sxm",
          R"("use": "h100_sxm", "price": {"value": "1 USD", "status": "guessed", "source": "s"})")) ==
      "a.json:4:104: /platforms/accelerators/h100_sxm/price/status: \"guessed\" is not known; "
      "known: verified, secondary, assumed");
  CHECK(
      problems(platform(
          "accelerators", "h100_sxm",
          R"("use": "h100_sxm", "price": {"value": "1 USD", "status": "verified", "source": ""})")) ==
      "a.json:4:75: /platforms/accelerators/h100_sxm/price: a verified value needs a source; add "
      "\"source\"");
  CHECK(problems(platform(
            "fabrics", "f",
            R"("summary": "s", "kind": "star", "switch_latency": {"status": "assumed"})")) ==
        "a.json:4:85: /platforms/fabrics/f/switch_latency: missing \"value\"; add it: The value "
        "itself");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "price": {"value": "1 W"})")) ==
        "a.json:4:85: /platforms/accelerators/h100_sxm/price/value: \"1 W\" is a power, not an "
        "amount of money; write an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "price": {"value": "1 USD", "sauce": "s"})")) ==
        "a.json:4:103: /platforms/accelerators/h100_sxm/price/sauce: unknown key \"sauce\"; did "
        "you mean \"source\"?");
}

TEST_CASE("an accelerator says what it lacks", "[scenario]") {
  CHECK(problems(platform("accelerators", "c", R"("summary": "s")")) ==
        "a.json:4:39: /platforms/accelerators/c: missing \"peak\"; add it: Dense peak by data "
        "type, without sparsity\n"
        "a.json:4:39: /platforms/accelerators/c: missing \"memory\"; add it: Memory tiers by name, "
        "nearest first\n"
        "a.json:4:39: /platforms/accelerators/c: missing \"kernel\"; add it: What kernels "
        "reach of the peaks\n"
        "a.json:4:39: /platforms/accelerators/c: missing \"power\"; add it: Power of one "
        "accelerator\n"
        "a.json:4:39: /platforms/accelerators/c: missing \"price\"; add it: Of one accelerator");
  CHECK(problems(platform("accelerators", "c", R"("use": "h100_sxm", "memory": 5)")) ==
        "a.json:4:69: /platforms/accelerators/c/memory: 5 stands here, not an object keyed by "
        "name; write {\"name\": ...}");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "peak": {"int4": "1 TFLOP/s"})")) ==
        "a.json:4:83: /platforms/accelerators/h100_sxm/peak/int4: unknown key \"int4\"; known: "
        "bf16, fp8, fp4, fp32");
}

TEST_CASE("memory tiers have names, sizes and rates", "[scenario]") {
  CHECK(problems(platform(
            "accelerators", "h100_sxm",
            R"("use": "h100_sxm", "memory": {"": {"capacity": "1 GB", "bandwidth": "1 GB/s"}})")) ==
        "a.json:4:81: /platforms/accelerators/h100_sxm/memory/: a name is empty; choose another "
        "name");
  CHECK(problems(platform("accelerators", "h100_sxm",
                          R"("use": "h100_sxm", "memory": {"hbm": {"capacity": "80"}})")) ==
        "a.json:4:97: /platforms/accelerators/h100_sxm/memory/hbm/capacity: \"80\" has no unit; "
        "write an amount of data such as \"80 GB\" or \"64 GiB\"");
}

TEST_CASE("a node's power is in order: idle, measured, rated", "[scenario]") {
  CHECK(problems(platform("nodes", "dgx_h100",
                          R"("use": "dgx_h100", "power": {"measured": "11 kW"})")) ==
        "a.json:4:81: /platforms/nodes/dgx_h100/power/measured: above the rated power; exchange "
        "the two, or correct one");
  CHECK(
      problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "power": {"idle": "9 kW"})")) ==
      "a.json:4:77: /platforms/nodes/dgx_h100/power/idle: above the largest draw seen; correct one "
      "of the two");
}

TEST_CASE("the dies of a mesh are the accelerators of its node", "[scenario]") {
  CHECK(problems(platform("nodes", "n", R"("use": "dojo_tray", "accelerators": 100)")) ==
        "a.json:4:69: /platforms/nodes/n/accelerators: 100 accelerators, but the tile mesh has 150 "
        "dies; use 150, or change the tiles of scale_up");
  CHECK(problems(platform("nodes", "dgx_h100",
                          R"("use": "dgx_h100", "scale_up": {"kind": "tile_mesh"})")) ==
        "a.json:4:71: /platforms/nodes/dgx_h100/scale_up: missing \"tile_rows\"; add it: Dies down "
        "a tile; tile_mesh only\n"
        "a.json:4:71: /platforms/nodes/dgx_h100/scale_up: missing \"tile_columns\"; add it: Dies "
        "across a tile; tile_mesh only\n"
        "a.json:4:71: /platforms/nodes/dgx_h100/scale_up: missing \"tiles_down\"; add it: Tiles "
        "down a node; tile_mesh only\n"
        "a.json:4:71: /platforms/nodes/dgx_h100/scale_up: missing \"tiles_across\"; add it: Tiles "
        "across a node; tile_mesh only\n"
        "a.json:4:71: /platforms/nodes/dgx_h100/scale_up: missing \"tile_edge\"; add it: What one "
        "edge of a tile carries, one direction; tile_mesh only");
}

TEST_CASE("a kind that does not exist is met with those that do", "[scenario]") {
  CHECK(problems(platform("nodes", "dgx_h100",
                          R"("use": "dgx_h100", "scale_up": {"kind": "nvswich"})")) ==
        "a.json:4:80: /platforms/nodes/dgx_h100/scale_up/kind: \"nvswich\" is not known; did you "
        "mean \"nvswitch\"?");
  CHECK(problems(platform("fabrics", "f",
                          R"("summary": "s", "kind": "string", "switch_latency": "1 us")")) ==
        "a.json:4:59: /platforms/fabrics/f/kind: \"string\" is not known; known: "
        "rail_leaf_spine, star, fat_tree, clos, torus, custom");
}

TEST_CASE("counts are whole numbers above zero and not absurd", "[scenario]") {
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "accelerators": 0)")) ==
        "a.json:4:75: /platforms/nodes/dgx_h100/accelerators: 0 is below the least allowed, 1");
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "accelerators": 7.5)")) ==
        "a.json:4:75: /platforms/nodes/dgx_h100/accelerators: 7.5 is no whole number");
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "nics": 1e6)")) ==
        "a.json:4:67: /platforms/nodes/dgx_h100/nics: 1000000 is above the most allowed, 100000");
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "accelerators": -8)")) ==
        "a.json:4:75: /platforms/nodes/dgx_h100/accelerators: -8 is below the least allowed, 1");
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "nics": 1e308)")) ==
        "a.json:4:67: /platforms/nodes/dgx_h100/nics: 1e+308 is too large to count exactly; stay "
        "within 2^53");
  CHECK(problems(platform("nodes", "dgx_h100", R"("use": "dgx_h100", "nics": true)")) ==
        "a.json:4:67: /platforms/nodes/dgx_h100/nics: true is a truth value, not a whole number");
}

TEST_CASE("a leaf has a number of nodes", "[scenario]") {
  CHECK(
      problems(platform(
          "fabrics", "f",
          R"("summary": "s", "kind": "rail_leaf_spine", "switch_latency": "1 us", "oversubscription": 0)")) ==
      "a.json:4:34: /platforms/fabrics/f: missing \"nodes_per_leaf\"; add it: Nodes whose "
      "interfaces share a leaf, of each rail its own in rail_leaf_spine; rail_leaf_spine, fat_tree "
      "and clos only\n"
      "a.json:4:124: /platforms/fabrics/f/oversubscription: 0 is not above 0");
}

TEST_CASE("a Clos network has leaves in pods", "[scenario]") {
  CHECK(fabric(R"("kind": "clos", "nodes_per_leaf": 2, "pod_oversubscription": 0)") ==
        "a.json:4:34: /platforms/fabrics/f: missing \"leaves_per_pod\"; add it: Leaves that share "
        "a pod; clos only\n"
        "a.json:4:138: /platforms/fabrics/f/pod_oversubscription: 0 is not above 0");
  CHECK(fabric(R"("kind": "fat_tree")") ==
        "a.json:4:34: /platforms/fabrics/f: missing \"nodes_per_leaf\"; add it: Nodes whose "
        "interfaces share a leaf, of each rail its own in rail_leaf_spine; rail_leaf_spine, "
        "fat_tree and clos only");
  CHECK(fabric(R"("kind": "clos", "nodes_per_leaf": 2, "leaves_per_pod": 192,
                  "pod_oversubscription": 7)") == "");
}

TEST_CASE("a torus has a shape of one to three dimensions", "[scenario]") {
  for (const char* good : {"16x16x16", "8x8", "7"}) {
    CHECK(fabric(R"("kind": "torus", "shape": ")" + std::string(good) + "\"") == "");
  }
  CHECK(fabric(R"("kind": "torus")") ==
        "a.json:4:34: /platforms/fabrics/f: missing \"shape\"; add it: Nodes along each of one to "
        "three dimensions, such as \"16x16x16\"; torus only");
  for (const char* bad : {"", "x", "16x", "16X16", "0x4", "-2x4", "2x2x2x2", "4 x 4",
                          "99999999999999999999", "10000x1000"}) {
    CHECK(fabric(R"("kind": "torus", "shape": ")" + std::string(bad) + "\"") ==
          "a.json:4:103: /platforms/fabrics/f/shape: \"" + std::string(bad) +
              "\" is no shape of at most 1000000 nodes; write nodes along one to three dimensions, "
              "such as \"16x16x16\"");
  }
}

TEST_CASE("a custom network is drawn of nodes, switches and edges", "[scenario]") {
  CHECK(fabric(custom(R"("a": {"from": "node 0", "to": "s0", )" + cable + R"(},
                         "b": {"from": "s0", "to": "node 1", )" +
                      cable + "}")) == "");
  CHECK(fabric(R"("kind": "custom")") ==
        "a.json:4:34: /platforms/fabrics/f: missing \"edges\"; add it: Edges by name, used each "
        "way; of equally short paths the edge named first wins; custom only");
  CHECK(fabric(custom("")) ==
        "a.json:4:124: /platforms/fabrics/f/edges: no node; join at least \"node 0\"");
  CHECK(fabric(custom(R"("a": {"from": "node 0", "to": "s9", )" + cable + "}")) ==
        "a.json:4:155: /platforms/fabrics/f/edges/a/to: unknown node or switch \"s9\"; did you "
        "mean \"s0\"?");
  CHECK(fabric(custom(R"("a": {"from": "nodes 0", "to": "s0", )" + cable + "}")) ==
        "a.json:4:139: /platforms/fabrics/f/edges/a/from: unknown node or switch \"nodes 0\"; did "
        "you mean \"node 0\"?");
  CHECK(fabric(custom(R"("a": {"from": "s0", "to": "s0", )" + cable + "}")) ==
        "a.json:4:151: /platforms/fabrics/f/edges/a/to: an edge joins two ends; name another than "
        "\"from\"");
  CHECK(fabric(custom(R"("a": {"from": "node 4096", "to": "s0", )" + cable + "}")) ==
        "a.json:4:139: /platforms/fabrics/f/edges/a/from: a custom network has at most 4096 nodes; "
        "number them from 0 to 4095");
}

TEST_CASE("switches have names of their own", "[scenario]") {
  CHECK(fabric(custom(R"("a": {"from": "node 0", "to": "s0", )" + cable + "}",
                      R"("s0", "s0", "node 1")")) ==
        "a.json:4:107: /platforms/fabrics/f/switches: \"s0\" stands twice; remove one\n"
        "a.json:4:107: /platforms/fabrics/f/switches: \"node 1\" is the name of a node; choose "
        "another name");
}

TEST_CASE("nodes that no path joins are named", "[scenario]") {
  CHECK(fabric(custom(R"("a": {"from": "node 0", "to": "node 2", )" + cable + "}")) ==
        "a.json:4:124: /platforms/fabrics/f/edges: no path leads from \"node 1\" to \"node 0\"; "
        "add an edge");
  CHECK(fabric(
            custom(R"("a": {"from": "node 0", "to": "node 1", "one_way": true, )" + cable + "}")) ==
        "a.json:4:124: /platforms/fabrics/f/edges: no path leads from \"node 1\" to \"node 0\"; "
        "add an edge");
}

TEST_CASE("a shortcut of a mesh leads through its interface processors", "[scenario]") {
  CHECK(problems(platform("nodes", "dojo_tray", R"("use": "dojo_tray", "scale_up": {
        "processor_edge": "900 GB/s", "shortcut": {"from_hops": 8}, "message_overhead": "4 kB"}, "nic": {"message_overhead": "0 B"})")) ==
        "");
  CHECK(problems(platform("nodes", "dojo_tray",
                          R"("use": "dojo_tray", "scale_up": {"shortcut": {"from_hops": 8}})")) ==
        "a.json:4:86: /platforms/nodes/dojo_tray/scale_up/shortcut: the mesh has no interface "
        "processors to leave by; add \"processor_edge\"");
  CHECK(
      problems(platform(
          "nodes", "dojo_tray",
          R"("use": "dojo_tray", "scale_up": {"processor_edge": "900 GB/s", "shortcut": {"from_hops": 0}})")) ==
      "a.json:4:130: /platforms/nodes/dojo_tray/scale_up/shortcut/from_hops: 0 is below the least "
      "allowed, 1");
  CHECK(problems(platform("nodes", "dojo_tray",
                          R"("use": "dojo_tray", "nic": {"message_overhead": "-1 B"})")) ==
        "a.json:4:89: /platforms/nodes/dojo_tray/nic/message_overhead: -1 B is below the least "
        "allowed, 0 B");
}

TEST_CASE("a node says what its exchanges cost besides bytes", "[scenario]") {
  CHECK(problems(platform("nodes", "dgx_a100", R"("use": "dgx_a100", "scale_up": {
        "setup": "9 us", "own_piece": 0.4, "switch_reduction": 0.6}, "nic": {"handling": "10 us"})")) ==
        "");
  CHECK(problems(platform("nodes", "mi300x_8",
                          R"("use": "mi300x_8", "scale_up": {"switch_reduction": 1.6})")) ==
        "a.json:4:92: /platforms/nodes/mi300x_8/scale_up/switch_reduction: 1.6 is above the most "
        "allowed, 1");
}

TEST_CASE("a site stands on Earth and wastes some power", "[scenario]") {
  CHECK(problems(
            Fleet{.site = R"("use": "giga_texas", "latitude": 91, "longitude": -181, "pue": 0.9)"}
                .text()) ==
        "a.json:4:57: /sites/austin/latitude: 91 is above the most allowed, 90\n"
        "a.json:4:74: /sites/austin/longitude: -181 is below the least allowed, -180\n"
        "a.json:4:87: /sites/austin/pue: 0.9 is below the least allowed, 1");
}

TEST_CASE("a link has two ends, which are sites of the scenario", "[scenario]") {
  CHECK(problems(Fleet{.more = R"("wan": {"w": {"use": "palo_alto-memphis", "ends": ["austin"]}})"}
                     .text()) == "a.json:8:53: /wan/w/ends: a link has two ends; name two sites");
  CHECK(
      problems(Fleet{
          .more =
              R"("wan": {"w": {"use": "palo_alto-memphis", "ends": ["austin", "boston"], "bandwidth": "0 b/s"}})"}
                   .text()) ==
      "a.json:8:53: /wan/w/ends: unknown site \"boston\"; known: austin\n"
      "a.json:8:88: /wan/w/bandwidth: 0 b/s is not above 0 B/s");
}
