#include "scenario/read_checkpoint.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;
using fleet::Checkpoint;

namespace {

const std::string failures =
    R"("failures": {"causes": {"x": {"component": "GPU", "rate": "1e-5 1/h", "per": "accelerator",
                                   "detect": "1 min", "repair": "1 d"}}})";

Checkpoint checkpoint(const std::string& more) {
  return job_with(more, {.more = failures}).checkpoint;
}

}  // namespace

TEST_CASE("by default a job saves 14 bytes a parameter each hour, in the store", "[scenario]") {
  const Checkpoint usual = checkpoint("");
  CHECK(usual.interval == Checkpoint::Interval::fixed);
  CHECK(usual.every == Seconds(3600));
  CHECK(usual.mode == Checkpoint::Mode::blocking);
  CHECK(usual.tier == Checkpoint::Tier::store);
  // 8.03e9 parameters.
  CHECK(usual.size.value() == Approx(14 * 8.03e9).epsilon(0.001));
  CHECK(!usual.write);
  CHECK(usual.replica == fleet::none);
}

TEST_CASE("checkpoints lie between the published 11 and 16 bytes a parameter", "[scenario]") {
  // 782 GB for 70B; 6.48 TB for Llama 3 405B (arXiv 2407.21783).
  const auto size = [](const std::string& model) {
    return job_with("", {.job = R"("model": ")" + model +
                                R"(", "owner": "tesla", "sites": ["west"], "chips": 64)",
                         .plan = R"("tensor": 8, "pipeline": 8, "micro_batches": 8,
                                   "sharding": "optimizer", "recompute": "full")"})
        .checkpoint.size.value();
  };
  CHECK(size("llama3_70b") == Approx(782e9).epsilon(0.3));
}

TEST_CASE("a checkpoint says what it is and where it goes", "[scenario]") {
  const Checkpoint given = checkpoint(R"(, "checkpoint_every": "30 min", "checkpoint": {
      "size": "800 GB", "write": "20 s", "mode": "asynchronous", "to": "host_memory",
      "replicate_to": "west"})");
  CHECK(given.every == Seconds(1800));
  CHECK(given.size == Bytes(800e9));
  CHECK(given.write == Seconds(20));
  CHECK(given.mode == Checkpoint::Mode::asynchronous);
  CHECK(given.tier == Checkpoint::Tier::host_memory);
  CHECK(given.replica == 1);
  CHECK(checkpoint(R"(, "checkpoint": {"size": "0 B"})").size == Bytes(0));
  CHECK(checkpoint(R"(, "checkpoint": {"to": "local_disk"})").tier == Checkpoint::Tier::local_disk);
}

TEST_CASE("a job of known duration saves nothing unless it says what", "[scenario]") {
  const TwoSites timed{
      .job = R"("duration": "5 h", "owner": "tesla", "sites": ["austin"], "chips": 8)", .plan = ""};
  CHECK(job_with("", timed).checkpoint.size == Bytes(0));
  CHECK(job_with(R"(, "checkpoint": {"size": "1 GB"})", timed).checkpoint.size == Bytes(1e9));
}

TEST_CASE("the interval may follow the failures", "[scenario]") {
  CHECK(checkpoint(R"(, "checkpoint_every": "young")").interval == Checkpoint::Interval::young);
  CHECK(checkpoint(R"(, "checkpoint_every": "daly")").interval == Checkpoint::Interval::daly);
  CHECK(wrong_with(R"(, "checkpoint_every": "daly")") ==
        "/jobs/j/checkpoint_every: no failures are given, so the interval of \"daly\" never ends; "
        "add \"failures\", or write a time such as \"1 h\"");
  CHECK(wrong_with(R"(, "checkpoint_every": "often")") ==
        "/jobs/j/checkpoint_every: \"often\" is no number with a unit; write a duration such as "
        "\"1.5 us\" or \"19 d\", or one of young, daly");
}

TEST_CASE("what a checkpoint cannot be is said", "[scenario]") {
  CHECK(wrong_with(R"(, "checkpoint": {"size": "-1 B", "mode": "async", "to": "tape",
                                       "replicate_to": "wst", "write": "-1 s"})") ==
        "/jobs/j/checkpoint/size: -1 B is below the least allowed, 0 B\n"
        "/jobs/j/checkpoint/mode: \"async\" is not known; did you mean \"asynchronous\"?\n"
        "/jobs/j/checkpoint/to: \"tape\" is not known; known: store, local_disk, host_memory\n"
        "/jobs/j/checkpoint/replicate_to: unknown site \"wst\"; did you mean \"west\"?\n"
        "/jobs/j/checkpoint/write: -1 s is below the least allowed, 0 s");
}
