#include "report/bandwidth.hpp"

#include <catch2/catch.hpp>

namespace trainyard::report {
namespace {

using collective::Operation;

double bus(Operation operation, std::int64_t ranks) {
  return bandwidth({operation, Bytes(8e9)}, ranks, Seconds(2))->bus.value();
}

}  // namespace

// Factors of nccl-tests, doc/PERFORMANCE.md.
TEST_CASE("bus bandwidth is what nccl-tests prints", "[report]") {
  CHECK(bandwidth({Operation::all_reduce, Bytes(8e9)}, 4, Seconds(2))->algorithm.value() == 4e9);
  CHECK(bus(Operation::all_reduce, 4) == Approx(4e9 * 1.5));
  CHECK(bus(Operation::reduce_scatter, 4) == Approx(4e9 * 0.75));
  CHECK(bus(Operation::all_gather, 4) == Approx(4e9 * 0.75));
  CHECK(bus(Operation::all_to_all, 4) == Approx(4e9 * 0.75));
  CHECK(bus(Operation::broadcast, 4) == 4e9);
}

TEST_CASE("what takes no time has no bandwidth", "[report]") {
  CHECK_FALSE(bandwidth({Operation::all_reduce, Bytes(8e9)}, 1, Seconds(0)));
}

TEST_CASE("operations are called as in scenarios", "[report]") {
  CHECK(operation_name(Operation::all_reduce) == "all_reduce");
  CHECK(operation_name(Operation::reduce_scatter) == "reduce_scatter");
  CHECK(operation_name(Operation::all_gather) == "all_gather");
  CHECK(operation_name(Operation::all_to_all) == "all_to_all");
  CHECK(operation_name(Operation::broadcast) == "broadcast");
}

}  // namespace trainyard::report
