#include "engine/role_times.hpp"

#include <catch2/catch.hpp>

#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;

}  // namespace

TEST_CASE("computing instructions one after the other are one run, from wherever it starts",
          "[engine]") {
  const auto times =
      role_times(once("", {compute(1), compute(2), send(8), compute(4), join(), compute(8)}));
  const std::vector<std::int32_t> ends{2, 2, 0, 4, 0, 6};
  const std::vector<double> seconds{3, 2, 0, 4, 0, 8};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(times.runs[i].end == ends[i]);
    CHECK(times.runs[i].computing == seconds[i]);
  }
}

TEST_CASE("a run ends with its body", "[engine]") {
  program::Role role = once("", {compute(1), compute(2), compute(4)});
  role.bodies = {{0, 2}, {2, 3}};
  const auto times = role_times(role);
  CHECK(times.runs[0].end == 2);
  CHECK(times.runs[0].computing == 3);
  CHECK(times.runs[2].end == 3);
}

TEST_CASE("a run tells computing, which a slower chip takes longer for, from exchanges in it",
          "[engine]") {
  const auto times = role_times(once("", {compute(1), compute(2, Activity::tensor_exchange),
                                          compute(4, Activity::optimizer),
                                          compute(8, Activity::memory_stream)}));
  CHECK(times.runs[0].end == 4);
  CHECK(times.runs[0].computing == 5);
  CHECK(times.runs[0].waiting == 10);
}

TEST_CASE("a step spends each body's time as often as it is called", "[engine]") {
  program::Role role =
      once("", {compute(1), compute(2, Activity::attention), receive(), compute(4)});
  role.bodies = {{0, 2}, {2, 4}, {0, 0}};
  role.calls = {0, 1, 2, 0, 0};
  const auto times = role_times(role);
  CHECK(times.spent[static_cast<std::size_t>(Activity::gemm)] == 3 * 1 + 4);
  CHECK(times.spent[static_cast<std::size_t>(Activity::attention)] == 3 * 2);
  CHECK(times.spent[static_cast<std::size_t>(Activity::pipeline_wait)] == 0);
}

}  // namespace trainyard::engine
