#include "program/channel.hpp"

#include "base/check.hpp"

namespace trainyard::program {

using parallelism::Coordinate;
using parallelism::Plan;

namespace {

// Peers in the group of `at`: `count` of them, `stride` apart, from `first` on.
struct Peers {
  std::int64_t first = 0;
  std::int64_t stride = 1;
  std::int64_t count = 1;
};

// Peers that divide states, or all peers where nothing is divided.
std::int64_t shard_group(const Plan& plan) {
  return plan.request.shard_over == 0 ? plan.peers() : plan.request.shard_over;
}

Peers peers(const Plan& plan, Channel channel, std::int64_t peer) {
  switch (channel) {
    case Channel::context: {
      const std::int64_t contexts = plan.context();
      return {peer / contexts * contexts, 1, contexts};
    }
    case Channel::expert: {
      const std::int64_t experts = plan.expert();
      return {peer / experts * experts, 1, experts};
    }
    case Channel::gradients:
    case Channel::parameters: {
      const std::int64_t shards = shard_group(plan);
      return {peer / shards * shards, 1, shards};
    }
    case Channel::expert_gradients:
    case Channel::expert_parameters:
      return {peer % plan.expert(), plan.expert(), plan.peers() / plan.expert()};
    case Channel::replicas: {
      const std::int64_t shards = shard_group(plan);
      return {peer % shards, shards, plan.peers() / shards};
    }
    case Channel::tensor:
    case Channel::embedding:
    case Channel::mirror:
      return {peer, 1, 1};
  }
  return {};
}

}  // namespace

bool used(const Plan& plan, Channel channel) {
  switch (channel) {
    case Channel::tensor:
      return plan.tensor() > 1;
    case Channel::expert:
      return plan.tensor() * plan.expert() > 1;
    case Channel::embedding:
    case Channel::mirror:
      return plan.pipeline() > 1;
    default:
      return peers(plan, channel, 0).count > 1;
  }
}

std::int64_t group_of(const Plan& plan, Channel channel, Coordinate at) {
  const std::int64_t last = plan.pipeline() - 1;
  switch (channel) {
    case Channel::tensor:
      return at.peer + plan.peers() * at.stage;
    case Channel::expert:
      return at.peer / plan.expert() * plan.expert() + plan.peers() * at.stage;
    case Channel::embedding:
      if (at.stage != 0 && at.stage != last) return -1;
      return at.tensor + plan.tensor() * at.peer;
    case Channel::mirror: {
      const std::int64_t pair = std::min(at.stage, last - at.stage);
      if (at.stage == last - at.stage) return -1;
      return at.tensor + plan.tensor() * (at.peer + plan.peers() * pair);
    }
    default: {
      const std::int64_t first = peers(plan, channel, at.peer).first;
      return at.tensor + plan.tensor() * (first + plan.peers() * at.stage);
    }
  }
}

bool leads(const Plan& plan, Channel channel, Coordinate at) {
  switch (channel) {
    case Channel::tensor:
      return at.tensor == 0;
    case Channel::expert:
      return at.tensor == 0 && at.peer % plan.expert() == 0;
    case Channel::embedding:
      return at.stage == 0;
    case Channel::mirror:
      return at.stage < plan.pipeline() - 1 - at.stage;
    default:
      return peers(plan, channel, at.peer).first == at.peer;
  }
}

std::vector<Coordinate> members_of(const Plan& plan, Channel channel, Coordinate at) {
  std::vector<Coordinate> members;
  const std::int64_t last = plan.pipeline() - 1;
  switch (channel) {
    case Channel::tensor:
      for (std::int64_t t = 0; t < plan.tensor(); ++t) members.push_back({t, at.peer, at.stage});
      break;
    case Channel::expert: {
      const Peers group = peers(plan, channel, at.peer);
      for (std::int64_t i = 0; i < group.count; ++i) {
        for (std::int64_t t = 0; t < plan.tensor(); ++t) {
          members.push_back({t, group.first + i, at.stage});
        }
      }
      break;
    }
    case Channel::embedding:
      members = {{at.tensor, at.peer, 0}, {at.tensor, at.peer, last}};
      break;
    case Channel::mirror: {
      const std::int64_t pair = std::min(at.stage, last - at.stage);
      members = {{at.tensor, at.peer, pair}, {at.tensor, at.peer, last - pair}};
      break;
    }
    default: {
      const Peers group = peers(plan, channel, at.peer);
      for (std::int64_t i = 0; i < group.count; ++i) {
        members.push_back({at.tensor, group.first + i * group.stride, at.stage});
      }
    }
  }
  return members;
}

}  // namespace trainyard::program
