// What most algorithms are put together from: single transfers, and the two halves of an
// all-reduce (Rabenseifner, doi 10.1007/978-3-540-24685-5_1): a reduce-scatter, then an all-gather.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

constexpr bool reduces(Operation operation) {
  return operation == Operation::all_reduce || operation == Operation::reduce_scatter;
}
constexpr bool gathers(Operation operation) {
  return operation == Operation::all_reduce || operation == Operation::all_gather;
}
// How many of the two halves the operation is made of: 2, 1, or 0 for all other operations.
constexpr int halves(Operation operation) {
  return static_cast<int>(reduces(operation)) + static_cast<int>(gathers(operation));
}

// Nobody sends yet.
Transfer idle(std::int64_t members, double share, double messages);

// Every member sends to the one `by` places on, around the ring.
Transfer shift(std::int64_t members, std::int64_t by, double share, double messages);

}  // namespace trainyard::collective
