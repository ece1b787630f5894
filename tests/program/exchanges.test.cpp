#include "program/exchanges.hpp"

#include <catch2/catch.hpp>

#include "base/catalog.hpp"
#include "collective/in_node.hpp"
#include "program/stage.hpp"
#include "support/examples.hpp"

namespace trainyard::program {
namespace {

using collective::Operation;
using parallelism::Detail;
using parallelism::Order;

// Exchanges of a request's plan on its cluster, which must stay where they are.
struct Asked {
  hardware::Cluster cluster;
  parallelism::Plan plan;
  Exchanges exchanges;

  explicit Asked(const parallelism::Request& request, std::int64_t nodes = 2)
      : cluster(examples::dgx_h100(), nodes),
        plan(parallelism::fill(request, cluster.accelerators()).value()),
        exchanges(plan, cluster, first_exchange_lane(plan.request)) {}
  Asked(const Asked&) = delete;

  Pattern ask(Channel channel, Operation operation, double bytes) {
    const std::int32_t number = exchanges.pattern(channel, operation, Bytes(bytes));
    return exchanges.patterns()[static_cast<std::size_t>(number)];
  }
  std::string_view algorithm(Channel channel, Operation operation, double bytes) {
    const std::int32_t number = exchanges.pattern(channel, operation, Bytes(bytes));
    for (const ExchangeLane& lane : exchanges.lanes()) {
      if (lane.pattern == number) return lane.algorithm->name;
    }
    return "";
  }
};

parallelism::Request gradients_by(const char* algorithm, std::int64_t tensor = 1) {
  auto request = examples::request(tensor, 1, 1);
  request.algorithms.gradients = algorithm;
  return request;
}

double shares(const Pattern& pattern) {
  double sum = 0;
  for (const auto& phase : pattern.phases) {
    for (const Part& part : phase) sum += part.share;
  }
  return sum;
}

}  // namespace

TEST_CASE("buffers of all sizes share a pattern where they share an algorithm", "[program]") {
  Asked asked(gradients_by("ring"));
  const auto pattern = [&](Operation operation, double bytes) {
    return asked.exchanges.pattern(Channel::gradients, operation, Bytes(bytes));
  };
  CHECK(pattern(Operation::all_reduce, 1e6) == pattern(Operation::all_reduce, 1e9));
  CHECK(pattern(Operation::all_reduce, 1e6) != pattern(Operation::all_gather, 1e6));
  CHECK(asked.exchanges.patterns().size() == 2);
}

TEST_CASE("a ring sends 2 (n - 1) / n of the buffer in 2 (n - 1) messages on one lane",
          "[program]") {
  Asked asked(gradients_by("ring"));
  const Pattern ring = asked.ask(Channel::gradients, Operation::all_reduce, 1e6);
  CHECK(ring.channel == static_cast<std::int32_t>(Channel::gradients));
  REQUIRE(ring.phases.size() == 1);
  REQUIRE(ring.phases[0].size() == 1);
  CHECK(ring.phases[0][0].lane == lane::first_exchange(1));
  CHECK(ring.phases[0][0].share == Approx(2 * 15.0 / 16).epsilon(1e-15));
  CHECK(ring.phases[0][0].messages == 2 * 15);
}

TEST_CASE("tensor groups have a closed form, unless every flow is asked for", "[program]") {
  auto request = examples::request(4, 1, 1);
  Asked closed(request);
  const Pattern form = closed.ask(Channel::tensor, Operation::all_gather, 1e6);
  const auto lines = collective::in_node_exchange(closed.cluster, 4, Operation::all_gather);
  const collective::Line& line = lines.fastest(Bytes(1e6));
  CHECK(form.phases.empty());
  CHECK(form.fixed == line.fixed);
  CHECK(form.per_byte == line.per_byte);
  CHECK_FALSE(closed.exchanges.played(Channel::tensor));
  request.detail = Detail::flows;
  Asked played(request);
  CHECK(played.ask(Channel::tensor, Operation::all_gather, 1e6).phases.size() == 1);
  CHECK(played.exchanges.played(Channel::tensor));
}

TEST_CASE("a tensor group by another algorithm than a ring is played", "[program]") {
  auto request = examples::request(4, 1, 1);
  request.algorithms.tensor = "recursive_halving_doubling";
  Asked asked(request);
  CHECK(asked.ask(Channel::tensor, Operation::all_reduce, 1e6).phases.size() > 1);
}

TEST_CASE("played message by message, every message is a phase of its own", "[program]") {
  for (const char* algorithm : {"ring", "hierarchical", "recursive_halving_doubling"}) {
    auto request = gradients_by(algorithm);
    Asked flows(request);
    request.detail = Detail::messages;
    Asked messages(request);
    const Pattern whole = flows.ask(Channel::gradients, Operation::all_reduce, 1e6);
    const Pattern each = messages.ask(Channel::gradients, Operation::all_reduce, 1e6);
    double count = 0;
    for (const auto& phase : whole.phases) count += phase.front().messages;
    CHECK(static_cast<double>(each.phases.size()) == count);
    CHECK(shares(each) == Approx(shares(whole)).epsilon(1e-14));
    for (const auto& phase : each.phases) {
      for (const Part& part : phase) CHECK(part.messages == 1);
    }
  }
}

TEST_CASE("an exchange with everyone is one flow out of each rank, unless every flow is asked for",
          "[program]") {
  auto request = examples::request(1, 1, 1);
  request.expert = 16;
  Asked automatic(request);
  const Pattern one = automatic.ask(Channel::expert, Operation::all_to_all, 1e6);
  REQUIRE(one.phases.size() == 1);
  REQUIRE(one.phases[0].size() == 1);
  CHECK(one.phases[0][0].share == Approx(15.0 / 16).epsilon(1e-14));
  CHECK(automatic.exchanges.lanes().front().whole_phase);
  request.detail = Detail::flows;
  Asked flows(request);
  const Pattern all = flows.ask(Channel::expert, Operation::all_to_all, 1e6);
  REQUIRE(all.phases.size() == 1);
  CHECK(all.phases[0].size() == 15);
  CHECK(shares(all) == Approx(15.0 / 16).epsilon(1e-14));
}

TEST_CASE("automatic gradients take the estimate's fastest algorithm", "[program]") {
  Asked asked(gradients_by("auto", 2));
  // Eight peers, four on each of two nodes.
  CHECK(asked.algorithm(Channel::gradients, Operation::all_reduce, 1e9) == "hierarchical");
}

TEST_CASE("what does not fit all groups falls back to the ring, or to everyone at once",
          "[program]") {
  // Three replicas of three stages: ranks 0-2, 3-5, 6-8 stand on nodes 0 0 0, 0 0 0, 0 0 1.
  auto request = examples::request(1, 3, 1);
  request.data = 3;
  request.algorithms.gradients = "hierarchical";
  Asked uneven(request);
  CHECK(uneven.algorithm(Channel::gradients, Operation::all_reduce, 1e6) == "ring");
  Asked even(gradients_by("hierarchical", 2));
  CHECK(even.algorithm(Channel::gradients, Operation::all_reduce, 1e6) == "hierarchical");
  request = examples::request(1, 1, 1);
  request.expert = 4;
  request.algorithms.expert = "ring";
  Asked experts(request);
  CHECK(experts.algorithm(Channel::expert, Operation::all_to_all, 1e6) == "direct");
}

// A pattern is asked of one group and played by all.
TEST_CASE("every group's phases are those of its pattern", "[program]") {
  for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
    for (const auto& row : collective::algorithms()) {
      for (const auto& [tensor, pipeline, nodes] :
           {std::array<std::int64_t, 3>{1, 3, 3}, {2, 2, 3}, {1, 4, 4}, {4, 1, 4}, {2, 6, 3}}) {
        auto request = examples::request(tensor, pipeline, 1);
        request.order = order;
        request.algorithms.gradients = row.name;
        request.detail = Detail::flows;
        Asked asked(request, nodes);
        const Pattern pattern = asked.ask(Channel::gradients, Operation::all_reduce, 1e6);
        const auto* used =
            find_row(collective::algorithms(),
                     asked.algorithm(Channel::gradients, Operation::all_reduce, 1e6));
        CAPTURE(row.name, used->name, tensor, pipeline, nodes);
        std::vector<std::int64_t> stand;
        for (std::int64_t rank = 0; rank < asked.plan.ranks(); ++rank) {
          const auto at = coordinate_of(asked.plan, rank);
          const auto phases = used->phases(Operation::all_reduce,
                                           asked.exchanges.group(Channel::gradients, at, stand));
          REQUIRE(phases.size() == pattern.phases.size());
          for (std::size_t p = 0; p < phases.size(); ++p) {
            REQUIRE(phases[p].transfers.size() == pattern.phases[p].size());
            for (std::size_t t = 0; t < phases[p].transfers.size(); ++t) {
              REQUIRE(phases[p].transfers[t].share == pattern.phases[p][t].share);
              REQUIRE(phases[p].transfers[t].messages == pattern.phases[p][t].messages);
            }
          }
        }
      }
    }
  }
}

}  // namespace trainyard::program
