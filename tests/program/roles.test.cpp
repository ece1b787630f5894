// What stages compute and hand on; what they exchange is in bodies.test.cpp.
#include "program/roles.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "collective/in_node.hpp"
#include "kernel/operators.hpp"
#include "pipeline/schedule.hpp"
#include "program/offers.hpp"
#include "program/stage.hpp"

namespace trainyard::program {
namespace {

using parallelism::Request;

Built roles_of(const Request& request, std::int64_t nodes = 1) {
  return built(examples::small_language(), request, nodes);
}

double sum(const Role& role, Verb verb, std::int32_t index) {
  double amount = 0;
  for (const Instruction& instruction : step_of(role)) {
    if (instruction.verb == verb && instruction.index == index) amount += instruction.amount;
  }
  return amount;
}

double busy(const Role& role, Activity activity) {
  double amount = 0;
  for (const Instruction& instruction : step_of(role)) {
    if (instruction.verb == Verb::compute && instruction.activity == activity) {
      amount += instruction.amount;
    }
  }
  return amount;
}

}  // namespace

TEST_CASE("what a stage sends on a lane is received by whoever the lane leads to", "[program]") {
  for (const Request& request : requests_of_all_schedules(2, 4)) {
    CAPTURE(request.schedule);
    const Lowered example = lowered(examples::small_language(), examples::dgx_h100(), 2, request);
    const Program& program = example.program;
    for (std::int32_t l = 0; l < program.first_exchange_lane; ++l) {
      for (std::size_t rank = 0; rank < program.ranks(); ++rank) {
        const auto sent = count(
            step_of(program.roles[static_cast<std::size_t>(program.role[rank])]), Verb::send, l);
        const std::int32_t index = program.lanes[static_cast<std::size_t>(l)][rank];
        if (index == none) {
          REQUIRE(sent == 0);
          continue;
        }
        const auto dst =
            static_cast<std::size_t>(program.flows[static_cast<std::size_t>(index)].dst);
        REQUIRE(sent == count(step_of(program.roles[static_cast<std::size_t>(program.role[dst])]),
                              Verb::receive, l));
      }
    }
  }
}

TEST_CASE("every micro-batch passes every stage boundary once each way", "[program]") {
  for (const Request& request : requests_of_all_schedules(2, 4)) {
    CAPTURE(request.schedule);
    const Built step = roles_of(request);
    const auto chunks = pipeline::chunks(schedule_of(request).layout, request.chunks);
    std::int64_t forward = 0;
    std::int64_t backward = 0;
    for (const Role& role : step.program.roles) {
      for (std::int64_t c = 0; c < chunks; ++c) {
        forward += count(step_of(role), Verb::send, lane::forward(c));
        backward += count(step_of(role), Verb::send, lane::backward(c));
      }
    }
    // Of the pieces that follow each other, those on one stage need no transfer.
    const std::int64_t boundaries = schedule_of(request).layout == pipeline::Layout::looped
                                        ? 4 * chunks - 1
                                    : schedule_of(request).layout == pipeline::Layout::vee ? 6
                                                                                           : 3;
    CHECK(forward == 8 * boundaries);
    CHECK(backward == 8 * boundaries);
  }
}

TEST_CASE("a step takes as many inputs as it orders, one for each micro-batch", "[program]") {
  for (const Request& request : requests_of_all_schedules(1, 2)) {
    CAPTURE(request.schedule);
    std::int64_t inputs = 0;
    for (const Role& role : roles_of(request).program.roles) {
      const auto ordered = count(step_of(role), Verb::send, lane::input);
      CHECK(count(step_of(role), Verb::receive, lane::input) == ordered);
      inputs += ordered;
    }
    CHECK(inputs == 4);
  }
}

TEST_CASE("stages together compute what their layers take, whatever the schedule", "[program]") {
  const model::Model model = examples::small_language();
  const kernel::Share share{.tensor = 2};
  Seconds forward;
  Seconds backward;
  const auto add = [&](const model::Layer& layer, double times) {
    for (const model::Operator& op : layer.operators) {
      const auto one = kernel::duration(op, share, examples::h100());
      forward += one.forward * times;
      backward += one.backward() * times;
    }
  };
  add(model.entry, 1);
  add(model.block(0), 8);
  add(model.exit, 1);
  for (const Request& request : requests_of_all_schedules(2, 4)) {
    CAPTURE(request.schedule);
    double sum = 0;
    for (const Role& role : roles_of(request).program.roles) {
      for (const Activity activity :
           {Activity::gemm, Activity::attention, Activity::memory_bound, Activity::measured}) {
        sum += busy(role, activity);
      }
    }
    CHECK(sum == Approx(8 * (forward + backward).value()).epsilon(1e-12));
  }
}

TEST_CASE("recomputation runs every block forward again, collectives included", "[program]") {
  auto request = examples::request(2, 2, 6);
  const Built plain = roles_of(request);
  request.recompute = parallelism::Recompute::full;
  const Built again = roles_of(request);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(busy(plain.role(s), Activity::recompute) == 0);
    CHECK(busy(again.role(s), Activity::recompute) > 0);
    CHECK(busy(again.role(s), Activity::gemm) == busy(plain.role(s), Activity::gemm));
    // Of 4 blocks' 4 exchanges of a pass each way, half are done again; embedding and head have one
    // more exchange, which is not.
    const double blocks = 2 * 4 * 4;
    CHECK(
        busy(again.role(s), Activity::tensor_exchange) ==
        Approx((1.5 * blocks + 2) / (blocks + 2) * busy(plain.role(s), Activity::tensor_exchange)));
  }
}

TEST_CASE("a tensor-parallel block takes the closed form of its exchanges", "[program]") {
  const model::Model model = examples::small_language();
  const hardware::Cluster cluster(examples::dgx_h100(), 1);
  const Seconds gather = collective::in_node_exchange(cluster, 4, collective::Operation::all_gather)
                             .at(model.block(0).boundary);
  const Seconds scatter =
      collective::in_node_exchange(cluster, 4, collective::Operation::reduce_scatter)
          .at(model.block(0).boundary);
  const Built step = roles_of(examples::request(4, 2, 6));
  // Four blocks on each of two stages, each gathered and scattered twice each way; the embedding
  // and the head once each way.
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(busy(step.role(s), Activity::tensor_exchange) ==
          Approx(6 * (4 * 4 + 1) * (gather + scatter).value()).epsilon(1e-12));
  }
}

TEST_CASE("sequence parallelism divides what stages hand on", "[program]") {
  auto request = examples::request(4, 2, 6);
  const double boundary = 2.0 * 2048 * 1024;
  CHECK(sum(roles_of(request).role(0), Verb::send, lane::forward(0)) == 6 * boundary / 4);
  request.sequence_parallel = false;
  CHECK(sum(roles_of(request).role(0), Verb::send, lane::forward(0)) == 6 * boundary);
  request.context = 2;
  CHECK(sum(roles_of(request, 2).role(0), Verb::send, lane::forward(0)) == 6 * boundary / 2);
}

TEST_CASE("the ranks of a replica's first stage divide its samples' input", "[program]") {
  const double input = 4 * 2048;
  auto request = examples::request(4, 2, 6);
  CHECK(sum(roles_of(request).role(0), Verb::send, lane::input) == 6 * input / 4);
  request.tensor = 2;
  request.context = 2;
  request.batch.micro_batch = 3;
  CHECK(sum(roles_of(request).role(0), Verb::send, lane::input) == 6 * 3 * input / 4);
}

TEST_CASE("bodies do not grow with the number of micro-batches", "[program]") {
  for (const Request& few : requests_of_all_schedules(1, 4)) {
    CAPTURE(few.schedule);
    Request many = few;
    many.batch.micro_batches = 64;
    const Built short_step = roles_of(few);
    const Built long_step = roles_of(many);
    for (std::size_t s = 0; s < 4; ++s) {
      CHECK(short_step.role(s).bodies.size() <= long_step.role(s).bodies.size() + 1);
      CHECK(long_step.role(s).bodies.size() <= 16);
      CHECK(long_step.role(s).calls.size() > 128);
      CHECK(long_step.role(s).calls.size() == long_step.role(s).micro_batches.size());
    }
  }
}

TEST_CASE("calls follow the schedule and end with the optimizer", "[program]") {
  for (const Request& request : requests_of_all_schedules(1, 4)) {
    CAPTURE(request.schedule);
    const Built step = roles_of(request);
    for (std::int64_t s = 0; s < 4; ++s) {
      const Role& role = step.role(static_cast<std::size_t>(s));
      const auto blocks = schedule_of(request).blocks({s, 4, 8, request.chunks});
      std::vector<std::int32_t> expected;
      for (const auto& block : blocks) {
        expected.push_back(static_cast<std::int32_t>(block.micro_batch));
      }
      std::vector<std::int32_t> passes;
      for (const std::int32_t micro_batch : role.micro_batches) {
        if (micro_batch >= 0) passes.push_back(micro_batch);
      }
      CHECK(passes == expected);
      const Body& last = role.bodies[static_cast<std::size_t>(role.calls.back())];
      CHECK(step.program.labels[static_cast<std::size_t>(last.label)] == "update");
      CHECK(busy(role, Activity::optimizer) > 0);
    }
  }
}

TEST_CASE("every transfer of a rendezvous is seen off once, none of a buffered step", "[program]") {
  for (Request request : requests_of_all_schedules(1, 4)) {
    CAPTURE(request.schedule);
    for (const Role& role : roles_of(request).program.roles) {
      for (const Instruction& instruction : role.instructions) {
        REQUIRE(instruction.verb != Verb::settle);
      }
    }
    request.sends = parallelism::Sends::rendezvous;
    for (const Role& role : roles_of(request).program.roles) {
      std::map<std::int32_t, std::int64_t> open;
      for (const Instruction& instruction : step_of(role)) {
        if (instruction.index == lane::input) continue;
        if (instruction.verb == Verb::send) ++open[instruction.index];
        // Never more than one on its way.
        if (instruction.verb == Verb::settle) REQUIRE(--open[instruction.index] == 0);
      }
      for (const auto& [lane, unsettled] : open) CHECK(unsettled == 0);
    }
  }
}

TEST_CASE("what does not fit near is streamed beside computing, every micro-batch", "[program]") {
  const auto streamed = [](const hardware::Node& node, std::int64_t micro_batches) {
    const Lowered example =
        lowered(examples::small_video(), node, 1, examples::request(1, 1, micro_batches));
    return busy(example.program.roles.front(), Activity::memory_stream);
  };
  hardware::Node node = examples::dojo_tray();
  node.accelerator.memory = {{"sram", Bytes(1e3), BytesPerSecond(141.6e12)}};
  node.shared_memory->bandwidth = BytesPerSecond(1e9);
  const double one = streamed(node, 1);
  const double two = streamed(node, 2);
  CHECK(one > 0);
  // What the optimizer streams it streams once.
  CHECK(two < 2 * one);
  CHECK(streamed(node, 3) - two == Approx(two - one).epsilon(1e-9));
  node.accelerator.memory.front().capacity = Bytes(1e12);
  CHECK(streamed(node, 1) == 0);
}

// Until something overlaps it, nothing but the wire holds up what all peers have at hand.
TEST_CASE("parameters that are whole between steps are all gathered before the first pass",
          "[program]") {
  for (Request request : requests_of_all_schedules(1, 2)) {
    CAPTURE(request.schedule);
    request.sharding = parallelism::Sharding::optimizer;
    const Built step = roles_of(request);
    for (const Role& role : step.program.roles) {
      bool waited = false;
      for (const Instruction& instruction : step_of(role)) {
        const bool offers =
            instruction.verb == Verb::exchange &&
            step.program.patterns[static_cast<std::size_t>(instruction.index)].channel ==
                static_cast<std::int32_t>(Channel::parameters);
        waited = waited || instruction.verb == Verb::receive || instruction.verb == Verb::compute;
        CHECK_FALSE((offers && waited));
      }
      CHECK(waited);
    }
  }
}

// Each layer waits for its own gather and leaves those of later layers on their way.
TEST_CASE("a layer waits for no gather of a later one", "[program]") {
  Request request = examples::request(1, 1, 2);
  request.sharding = parallelism::Sharding::optimizer;
  const Built step = roles_of(request);
  std::vector<double> open;
  for (const Instruction& instruction : step_of(step.role(0))) {
    if (instruction.verb == Verb::join && instruction.activity == Activity::parameter_wait) {
      open.push_back(instruction.amount);
    }
  }
  // Embedding, eight blocks, head; the second micro-batch has all.
  CHECK(open == std::vector<double>{9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
}

TEST_CASE("software hides a share of the exchanges of tensor groups", "[program]") {
  Request request = examples::request(4, 2, 6);
  const Built plain = roles_of(request);
  request.software.tensor_overlap = 0.75;
  const Built hidden = roles_of(request);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(busy(hidden.role(s), Activity::tensor_exchange) ==
          Approx(0.25 * busy(plain.role(s), Activity::tensor_exchange)).epsilon(1e-12));
    CHECK(busy(hidden.role(s), Activity::gemm) == busy(plain.role(s), Activity::gemm));
  }
  request.overlap_tensor = false;
  CHECK(busy(roles_of(request).role(0), Activity::tensor_exchange) ==
        busy(plain.role(0), Activity::tensor_exchange));
}

// 30 bytes a parameter in one kernel, 60 in kernels of their own.
TEST_CASE("an optimizer of several kernels streams twice as much", "[program]") {
  Request request = examples::request(1, 1, 2);
  const double launch = 3e-6;
  const double fused = busy(roles_of(request).role(0), Activity::optimizer) - launch;
  request.software.fused_updates = false;
  const double several = busy(roles_of(request).role(0), Activity::optimizer) - launch;
  CHECK(several == Approx(2 * fused).epsilon(1e-9));
}

}  // namespace trainyard::program
