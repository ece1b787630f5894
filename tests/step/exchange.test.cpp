// Collectives on their own against closed forms (Thakur et al., doi 10.1177/1094342005051521).
#include <catch2/catch.hpp>

#include "collective/in_node.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using collective::Operation;
using parallelism::Detail;

// Nodes of one accelerator on a switch: every rank's own interface is all that it shares.
Task collective(Operation operation, double buffer, const char* algorithm, Detail detail) {
  hardware::Node node = examples::dgx_h100();
  node.accelerators = 1;
  node.nics = 1;
  node.scale_out = {.name = "switch", .kind = "star", .switch_latency = Seconds(0.3e-6)};
  Task task;
  task.node = node;
  task.request = examples::request(1, 1, 1);
  task.request.algorithms.gradients = algorithm;
  task.request.detail = detail;
  task.exchange = Exchange{operation, Bytes(buffer)};
  return task;
}

constexpr double bandwidth = 0.9 * 50e9;
constexpr double latency = 2e-6 + 0.3e-6;

constexpr auto details = {Detail::automatic, Detail::flows, Detail::messages};

}  // namespace

TEST_CASE("a ring's all-reduce takes 2 (n - 1) (l + S / (n b))", "[step]") {
  for (const Detail detail : details) {
    for (const std::int64_t n : {2, 3, 8, 17, 64}) {
      for (const double buffer : {1e3, 1e9}) {
        const Answer answer =
            support::in_child(collective(Operation::all_reduce, buffer, "ring", detail), n,
                              {.folding = program::Folding::off});
        const auto members = static_cast<double>(n);
        CHECK(answer.duration.value() ==
              Approx(2 * (members - 1) * (latency + buffer / (members * bandwidth))).epsilon(1e-6));
        CHECK(answer.scale_out.value() == Approx(2 * (members - 1) * buffer).epsilon(1e-9));
        CHECK(answer.ranks == n);
      }
    }
  }
}

TEST_CASE("half a ring takes half of it", "[step]") {
  for (const Operation operation : {Operation::reduce_scatter, Operation::all_gather}) {
    for (const Detail detail : details) {
      const Answer answer = support::in_child(collective(operation, 1e8, "ring", detail), 16);
      CHECK(answer.duration.value() ==
            Approx(15 * (latency + 1e8 / (16 * bandwidth))).epsilon(1e-6));
    }
  }
}

TEST_CASE("an exchange with everyone takes l + S (n - 1) / (n b)", "[step]") {
  for (const Detail detail : details) {
    for (const program::Folding folding : {program::Folding::classes, program::Folding::off}) {
      const Answer answer = support::in_child(
          collective(Operation::all_to_all, 1e8, "direct", detail), 8, {.folding = folding});
      CHECK(answer.duration.value() == Approx(latency + 7 * 1e8 / (8 * bandwidth)).epsilon(1e-6));
    }
  }
}

// One node whose exchanges have all costs; the closed form is of the same exchange.
TEST_CASE("in a node what is played takes the closed form's time", "[step]") {
  hardware::Node node = examples::dgx_h100();
  node.scale_up.setup = Seconds(5e-6);
  node.scale_up.message_overhead = Bytes(4e6);
  node.scale_up.own_piece = 0.5;
  node.scale_up.switch_reduction = 0.6;
  const hardware::Cluster cluster(node, 1);
  for (const Detail detail : details) {
    for (const auto& [operation, algorithm] : {std::pair{Operation::all_gather, "ring"},
                                               {Operation::all_to_all, "direct"},
                                               {Operation::all_reduce, "ring"},
                                               {Operation::all_reduce, "in_switch"}}) {
      for (const double buffer : {1e3, 2e6, 1e9}) {
        Task task = collective(operation, buffer, algorithm, detail);
        task.node = node;
        const double played = support::in_child(task, 1).duration.value();
        const auto lines = collective::in_node_exchange(cluster, 8, operation);
        CAPTURE(algorithm, buffer);
        if (operation == Operation::all_reduce) {
          // The least of ring and switch.
          CHECK(played >= lines.at(Bytes(buffer)).value() * (1 - 1e-6));
          if (buffer == 1e9 && std::string_view(algorithm) == "in_switch") {
            CHECK(played == Approx(lines.at(Bytes(buffer)).value()).epsilon(1e-6));
          }
        } else {
          CHECK(played == Approx(lines.at(Bytes(buffer)).value()).epsilon(1e-6));
        }
      }
    }
  }
}

TEST_CASE("a collective alone is all waiting, and no model's work", "[step]") {
  const Answer answer =
      support::in_child(collective(Operation::all_reduce, 1e9, "ring", Detail::automatic), 4);
  CHECK(answer.spent[static_cast<std::size_t>(program::Activity::gradient_wait)].value() ==
        Approx(answer.duration.value()).epsilon(1e-12));
  CHECK(answer.samples == 0);
  CHECK(answer.model_work == Flops(0));
  CHECK(answer.mfu == 0);
  CHECK(answer.hfu == 0);
  CHECK(answer.energy.value() == Approx(4 * 1900 * answer.duration.value()).epsilon(1e-12));
}

TEST_CASE("one accelerator exchanges nothing", "[step]") {
  const Answer answer =
      support::in_child(collective(Operation::all_reduce, 1e9, "ring", Detail::automatic), 1);
  CHECK(answer.duration == Seconds(0));
  CHECK(answer.mfu == 0);
}

TEST_CASE("every algorithm moves no less than a ring's bytes at full bandwidth", "[step]") {
  for (const collective::AlgorithmRow& row : collective::algorithms()) {
    const std::vector<std::int64_t> apart{0, 1, 2, 3, 4, 5, 6, 7};
    if (row.phases(Operation::all_reduce, {.node_of = apart}).empty()) continue;
    const std::string name(row.name);
    const Answer answer = support::in_child(
        collective(Operation::all_reduce, 1e9, name.c_str(), Detail::automatic), 8);
    CAPTURE(name);
    CHECK(answer.duration.value() >= 2 * 7.0 / 8 * 1e9 / bandwidth * (1 - 1e-9));
  }
}

TEST_CASE("eight accelerators of a node and nodes of a cluster fold to one player", "[step]") {
  Task task = collective(Operation::all_reduce, 1e9, "ring", Detail::automatic);
  const Answer few = support::in_child(task, 32);
  const Answer all = support::in_child(task, 32, {.folding = program::Folding::off});
  CHECK(few.players == 1);
  CHECK(all.players == 32);
  CHECK(few.duration.value() == Approx(all.duration.value()).epsilon(1e-12));
}

}  // namespace trainyard::step
