// How a group of ranks sums a buffer: phases in which every member sends to one other member. A
// phase is played as one flow for each member, carrying what the member sends in all its steps; the
// latency of every step is paid. Members: one file pair each and a row in catalog.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trainyard::collective {

struct Phase {
  std::vector<std::int64_t> next;  // member i sends to member next[i]; shape [members]
  double share = 0;                // what a member sends, in buffers
  double steps = 0;                // messages sent one after the other
};

// `node_of`: where each member stands, shape [members]. The order of members is the ring's order.
struct AllReduceRow {
  std::string_view name;
  std::string_view summary;
  // Empty where this algorithm does not fit the group.
  std::vector<Phase> (*phases)(std::span<const std::int64_t> node_of);
};

std::span<const AllReduceRow> all_reduces();

// The row named, or for "auto" hierarchical where the members stand evenly on several nodes, else
// ring. None where the row named does not fit.
std::vector<Phase> all_reduce(std::string_view name, std::span<const std::int64_t> node_of);

}  // namespace trainyard::collective
