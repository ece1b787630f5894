// Who exchanges with whom: the channels of a plan and their groups.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parallelism/plan.hpp"

namespace trainyard::program {

enum class Channel : std::int32_t {
  tensor,             // ranks that divide layers
  context,            // ranks that divide sequences
  expert,             // ranks that divide experts
  gradients,          // ranks with the same weights (of a shard group, where sharding is hybrid)
  expert_gradients,   // ranks with the same experts
  parameters,         // as `gradients`, for gathering parameters
  expert_parameters,  // as `expert_gradients`
  replicas,           // hybrid sharding: ranks that keep the same shard
  embedding,          // first and last stage of a tied head
  mirror,             // two-way pipelines: the stages that hold the same pieces
};
inline constexpr std::size_t channels = 10;
inline constexpr std::array<std::string_view, channels> channel_names{
    "tensor",     "context",           "expert",   "gradients", "expert_gradients",
    "parameters", "expert_parameters", "replicas", "embedding", "mirror"};

// Whether the plan has groups of two and more on the channel. (embedding and mirror: where the
// roles use them.)
bool used(const parallelism::Plan& plan, Channel channel);

// The group that a rank belongs to, numbered by what its members have in common: the same number,
// the same group; none (-1) for stages that do not take part (embedding).
std::int64_t group_of(const parallelism::Plan& plan, Channel channel, parallelism::Coordinate at);
// Whether the rank is the first member of its group.
bool leads(const parallelism::Plan& plan, Channel channel, parallelism::Coordinate at);
// All members of that group in order, the rank among them.
std::vector<parallelism::Coordinate> members_of(const parallelism::Plan& plan, Channel channel,
                                                parallelism::Coordinate at);

}  // namespace trainyard::program
