#include "collective/ring.hpp"

#include <catch2/catch.hpp>

#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

Transfer ring_of(std::int64_t members, Operation operation) {
  return ring_phases(operation, evenly(1, members).group()).at(0).transfers.at(0);
}

}  // namespace

// Patarasuk and Yuan, doi 10.1016/j.jpdc.2008.09.002, theorem 1.
TEST_CASE("ring all-reduce sends 2 (n - 1) / n of the buffer from each rank", "[collective]") {
  for (const std::int64_t members : {2, 3, 8, 1000}) {
    const auto n = static_cast<double>(members);
    const Transfer transfer = ring_of(members, Operation::all_reduce);
    CHECK(transfer.share == Approx(2 * (n - 1) / n).epsilon(1e-15));
    CHECK(transfer.messages == 2 * (n - 1));
    for (const Operation half : {Operation::reduce_scatter, Operation::all_gather}) {
      CHECK(ring_of(members, half).share == Approx((n - 1) / n).epsilon(1e-15));
      CHECK(ring_of(members, half).messages == n - 1);
    }
  }
}

TEST_CASE("a ring passes through its members in order", "[collective]") {
  CHECK(ring_of(4, Operation::all_reduce).to == std::vector<std::int64_t>{1, 2, 3, 0});
}

TEST_CASE("a broadcast along the ring sends the buffer once from all but the last",
          "[collective]") {
  const Transfer transfer = ring_of(4, Operation::broadcast);
  CHECK(transfer.to == std::vector<std::int64_t>{1, 2, 3, nobody});
  CHECK(transfer.share == 1);
  CHECK(transfer.messages == 3);
}

TEST_CASE("pieces of a broadcast follow each other along the ring without a gap", "[collective]") {
  const Rounds all = ring_rounds(Operation::broadcast, evenly(1, 5).group());
  CHECK(static_cast<std::int64_t>(all.rounds.size()) == all.pieces + 5 - 2);
}

}  // namespace trainyard::collective
