#include "program/channel.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "support/examples.hpp"

namespace trainyard::program {
namespace {

using parallelism::Coordinate;
using parallelism::Order;
using parallelism::Plan;

std::vector<std::int64_t> ranks(const Plan& plan, const std::vector<Coordinate>& members) {
  std::vector<std::int64_t> ranks;
  for (const Coordinate member : members) ranks.push_back(rank_of(plan, member));
  return ranks;
}

std::vector<Channel> all_channels() {
  std::vector<Channel> all;
  for (std::size_t c = 0; c < channels; ++c) all.push_back(static_cast<Channel>(c));
  return all;
}

// Small degrees of every kind that go together.
Plan random_plan(std::mt19937_64& random) {
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Plan plan;
  plan.request.tensor = draw(1, 4);
  plan.request.context = draw(1, 3);
  plan.request.pipeline = draw(1, 5);
  plan.data = draw(1, 6);
  plan.request.order = draw(0, 1) == 0 ? Order::tensor_data_pipeline : Order::tensor_pipeline_data;
  const auto divisor = [&] {
    std::int64_t of = 0;
    do of = draw(1, plan.peers());
    while (plan.peers() % of != 0);
    return of;
  };
  plan.request.expert = divisor();
  if (draw(0, 1) == 0) plan.request.shard_over = divisor();
  return plan;
}

std::size_t members_expected(const Plan& plan, Channel channel) {
  const std::int64_t shards = plan.request.shard_over == 0 ? plan.peers() : plan.request.shard_over;
  const std::map<Channel, std::int64_t> count{
      {Channel::tensor, plan.tensor()},
      {Channel::context, plan.context()},
      {Channel::expert, plan.tensor() * plan.expert()},
      {Channel::gradients, shards},
      {Channel::expert_gradients, plan.peers() / plan.expert()},
      {Channel::parameters, shards},
      {Channel::expert_parameters, plan.peers() / plan.expert()},
      {Channel::replicas, plan.peers() / shards},
      {Channel::embedding, 2},
      {Channel::mirror, 2}};
  return static_cast<std::size_t>(count.at(channel));
}

// Stages that have no part in a channel: those between the ends, the one that mirrors itself.
bool takes_part(const Plan& plan, Channel channel, Coordinate at) {
  const std::int64_t last = plan.pipeline() - 1;
  if (channel == Channel::embedding) return at.stage == 0 || at.stage == last;
  if (channel == Channel::mirror) return 2 * at.stage != last;
  return true;
}

}  // namespace

TEST_CASE("every rank is in one group of a channel, and its members agree on it", "[program]") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const Plan plan = random_plan(random);
    for (const Channel channel : all_channels()) {
      if (!used(plan, channel)) continue;
      std::map<std::int64_t, std::vector<std::int64_t>> known;
      for (std::int64_t rank = 0; rank < plan.ranks(); ++rank) {
        const Coordinate at = coordinate_of(plan, rank);
        const std::int64_t group = group_of(plan, channel, at);
        REQUIRE((group >= 0) == takes_part(plan, channel, at));
        if (group < 0) continue;
        const auto members = ranks(plan, members_of(plan, channel, at));
        REQUIRE(std::count(members.begin(), members.end(), rank) == 1);
        REQUIRE(known.try_emplace(group, members).first->second == members);
      }
      std::set<std::int64_t> seen;
      for (const auto& [group, members] : known) {
        REQUIRE(members.size() == members_expected(plan, channel));
        for (const std::int64_t member : members) REQUIRE(seen.insert(member).second);
      }
    }
  }
}

TEST_CASE("a channel is used where its groups have two members or more", "[program]") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 200; ++round) {
    const Plan plan = random_plan(random);
    for (const Channel channel : all_channels()) {
      const bool between_stages = channel == Channel::embedding || channel == Channel::mirror;
      const bool several =
          between_stages ? plan.pipeline() > 1 : members_of(plan, channel, {}).size() > 1;
      REQUIRE(used(plan, channel) == several);
    }
  }
}

TEST_CASE("groups other than those of stages stay in their stage", "[program]") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    const Plan plan = random_plan(random);
    for (const Channel channel : all_channels()) {
      if (channel == Channel::embedding || channel == Channel::mirror) continue;
      const Coordinate at = coordinate_of(plan, plan.ranks() - 1);
      for (const Coordinate member : members_of(plan, channel, at)) {
        REQUIRE(member.stage == at.stage);
      }
    }
  }
}

TEST_CASE("experts are divided over the tensor ranks of consecutive peers", "[program]") {
  const Plan plan{.request = examples::many_dimensions(), .data = 2};
  CHECK(ranks(plan, members_of(plan, Channel::expert, {1, 3, 0})) ==
        std::vector<std::int64_t>{4, 5, 6, 7});
  // Peers of equal place in their expert groups hold the same experts.
  CHECK(ranks(plan, members_of(plan, Channel::expert_gradients, {1, 3, 0})) ==
        std::vector<std::int64_t>{3, 7});
}

TEST_CASE("hybrid sharding divides over consecutive peers and sums over the others", "[program]") {
  Plan plan{.request = {}, .data = 6};
  plan.request.shard_over = 3;
  CHECK(ranks(plan, members_of(plan, Channel::gradients, {0, 4, 0})) ==
        std::vector<std::int64_t>{3, 4, 5});
  CHECK(ranks(plan, members_of(plan, Channel::replicas, {0, 4, 0})) ==
        std::vector<std::int64_t>{1, 4});
}

}  // namespace trainyard::program
