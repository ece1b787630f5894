#include "program/roles.hpp"

#include <catch2/catch.hpp>

#include "collective/in_node.hpp"
#include "kernel/roofline.hpp"
#include "parallelism/memory.hpp"
#include "pipeline/schedule.hpp"
#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

std::vector<Role> roles_of(const parallelism::Request& request, std::int64_t nodes = 1) {
  return lowered(examples::small_language(), examples::dgx_h100(), nodes, request).program.roles;
}

double sum(const Role& role, Verb verb, std::int32_t lane) {
  double amount = 0;
  for (const Instruction& instruction : role.instructions) {
    if (instruction.verb == verb && instruction.lane == lane) amount += instruction.amount;
  }
  return amount;
}

double busy(const Role& role, Activity activity) {
  double amount = 0;
  for (const Instruction& instruction : role.instructions) {
    if (instruction.verb == Verb::compute && instruction.activity == activity) {
      amount += instruction.amount;
    }
  }
  return amount;
}

std::int64_t count(const Role& role, Verb verb, std::int32_t lane) {
  std::int64_t count = 0;
  for (const Instruction& instruction : role.instructions) {
    if (instruction.verb == verb && instruction.lane == lane) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("what a stage sends the next one receives", "[program]") {
  for (const auto& row : pipeline::schedules()) {
    auto request = examples::request(2, 4, 6);
    request.schedule = row.name;
    const auto roles = roles_of(request, 2);
    for (std::size_t s = 0; s < roles.size(); ++s) {
      const bool last = s + 1 == roles.size();
      CHECK(count(roles[s], Verb::send, lane::forward) == (last ? 0 : 6));
      CHECK(count(roles[s], Verb::receive, lane::forward) == (s == 0 ? 0 : 6));
      CHECK(count(roles[s], Verb::send, lane::backward) == (s == 0 ? 0 : 6));
      CHECK(count(roles[s], Verb::receive, lane::backward) == (last ? 0 : 6));
    }
  }
}

TEST_CASE("a step takes as many inputs as it orders", "[program]") {
  const auto roles = roles_of(examples::request(1, 2, 6));
  CHECK(count(roles[0], Verb::send, lane::input) == 6);
  CHECK(count(roles[0], Verb::receive, lane::input) == 6);
  CHECK(count(roles[1], Verb::receive, lane::input) == 0);
}

TEST_CASE("stages together compute what their layers take", "[program]") {
  const model::Model model = examples::small_language();
  const kernel::Share share{.tensor = 2};
  kernel::Duration all = kernel::duration(model.entry, share, examples::h100());
  const auto add = [&](const model::Layer& layer, double times) {
    const auto one = kernel::duration(layer, share, examples::h100());
    all.forward += one.forward * times;
    all.backward += one.backward * times;
  };
  add(model.block, 8);
  add(model.exit, 1);
  double forward = 0;
  double backward = 0;
  for (const Role& role : roles_of(examples::request(2, 4, 6))) {
    forward += busy(role, Activity::forward);
    backward += busy(role, Activity::backward);
  }
  CHECK(forward == Approx(6 * all.forward.value()).epsilon(1e-12));
  CHECK(backward == Approx(6 * all.backward.value()).epsilon(1e-12));
}

TEST_CASE("recomputation runs every layer forward again, collectives included", "[program]") {
  auto request = examples::request(2, 2, 6);
  const auto plain = roles_of(request);
  request.recompute = parallelism::Recompute::full;
  const auto again = roles_of(request);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(busy(again[s], Activity::forward) == busy(plain[s], Activity::forward));
    CHECK(busy(again[s], Activity::backward) ==
          Approx(busy(plain[s], Activity::backward) + busy(plain[s], Activity::forward)));
    CHECK(busy(again[s], Activity::tensor_exchange) ==
          Approx(1.5 * busy(plain[s], Activity::tensor_exchange)));
  }
}

TEST_CASE("a tensor-parallel block is reduced twice forward and twice backward", "[program]") {
  const model::Model model = examples::small_language();
  const hardware::Cluster cluster(examples::dgx_h100(), 1);
  const Seconds one = collective::in_node_all_reduce(cluster, 4).at(model.block.boundary);
  const auto roles = roles_of(examples::request(4, 2, 6));
  // Four blocks on each of two stages; the embedding is reduced once.
  CHECK(busy(roles[0], Activity::tensor_exchange) ==
        Approx(6 * 2 * (4 * 2 + 1) * one.value()).epsilon(1e-12));
  CHECK(busy(roles[1], Activity::tensor_exchange) ==
        Approx(6 * 2 * 4 * 2 * one.value()).epsilon(1e-12));
}

TEST_CASE("replicas exchange the gradients of their stage, in pieces where that is overlapped",
          "[program]") {
  auto request = examples::request(2, 2, 6);
  const auto overlapped = roles_of(request);
  request.overlap_gradients = false;
  const auto plain = roles_of(request);
  const auto plan = parallelism::fill(request, 8);
  for (std::size_t s = 0; s < 2; ++s) {
    const Bytes gradients =
        parallelism::memory(examples::small_language(), *plan, static_cast<std::int64_t>(s), 1)
            .gradients;
    CHECK(sum(overlapped[s], Verb::exchange, 0) == Approx(gradients.value()).epsilon(1e-14));
    CHECK(sum(plain[s], Verb::exchange, 0) == Approx(gradients.value()).epsilon(1e-14));
    CHECK(count(overlapped[s], Verb::exchange, 0) == 4);
    CHECK(count(plain[s], Verb::exchange, 0) == 1);
    CHECK(count(plain[s], Verb::join, 0) == 1);
  }
}

TEST_CASE("a single replica joins no exchange", "[program]") {
  for (const Role& role : roles_of(examples::request(8, 1, 6))) {
    CHECK(count(role, Verb::exchange, 0) == 0);
    CHECK(count(role, Verb::join, 0) == 0);
  }
}

TEST_CASE("sequence parallelism divides what stages hand on", "[program]") {
  auto request = examples::request(4, 2, 6);
  const double boundary = 2.0 * 2048 * 1024;
  CHECK(sum(roles_of(request)[0], Verb::send, lane::forward) == 6 * boundary / 4);
  request.sequence_parallel = false;
  CHECK(sum(roles_of(request)[0], Verb::send, lane::forward) == 6 * boundary);
}

TEST_CASE("a tensor-parallel group divides its sample's input", "[program]") {
  const double input = 4 * 2048;
  CHECK(sum(roles_of(examples::request(4, 2, 6))[0], Verb::send, lane::input) == 6 * input / 4);
}

}  // namespace trainyard::program
