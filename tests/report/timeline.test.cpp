#include "report/timeline.hpp"

#include <catch2/catch.hpp>

namespace trainyard::report {
namespace {

step::TraceEvent event(const char* stream, double start, double duration) {
  return {.stage = "stage 0",
          .rank = 8,
          .stream = stream,
          .name = "work",
          .start = Seconds(start),
          .duration = Seconds(duration)};
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("a timeline has a process for each rank and a thread for each stream", "[report]") {
  step::TraceEvent work = event("compute", 1e-6, 2.5e-6);
  work.micro_batch = 3;
  CHECK(timeline({work}, "One \"step\"") ==
        R"({"displayTimeUnit":"ms","otherData":{"title":"One \"step\""},"traceEvents":[
{"ph":"M","name":"process_name","pid":1,"tid":2,"args":{"name":"stage 0, rank 8"}},
{"ph":"M","name":"process_sort_index","pid":1,"tid":2,"args":{"sort_index":1}},
{"ph":"M","name":"thread_name","pid":1,"tid":2,"args":{"name":"compute"}},
{"ph":"M","name":"thread_sort_index","pid":1,"tid":2,"args":{"sort_index":2}},
{"ph":"X","name":"work","pid":1,"tid":2,"ts":1.000,"dur":2.500,"args":{"micro_batch":3}}
]}
)");
}

TEST_CASE("transfers that overlap are shown side by side, those that touch one after the other",
          "[report]") {
  const std::string text = timeline(
      {event("tensor", 0, 2e-6), event("tensor", 2e-6, 2e-6), event("tensor", 1e-6, 2e-6)}, "");
  CHECK(count(text, R"("thread_name")") == 2);
  CHECK(count(text, R"("tid":3,"ts":1.000,"dur":2.000)") == 1);
  CHECK(count(text, R"("tid":2,"ts":2.000,"dur":2.000)") == 1);
}

TEST_CASE("rounding to nanoseconds makes no overlap", "[report]") {
  const std::string text =
      timeline({event("compute", 0, 1.6e-9), event("compute", 1.4e-9, 2e-9)}, "");
  CHECK(count(text, R"("thread_name")") == 1);
  CHECK(count(text, R"("ts":0.002,"dur":0.001)") == 1);
}

TEST_CASE("long steps keep their nanoseconds", "[report]") {
  CHECK(count(timeline({event("compute", 86400.000000001, 1e-9)}, ""),
              R"("ts":86400000000.001,"dur":0.001)") == 1);
}

TEST_CASE("nothing that happens is a timeline without events", "[report]") {
  CHECK(timeline({}, "a\nb") ==
        "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"title\":\"a\\u000ab\"},"
        "\"traceEvents\":[\n]}\n");
}

}  // namespace trainyard::report
