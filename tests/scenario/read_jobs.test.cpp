#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("a tensor-parallel degree divides the accelerators of a node", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 3, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100); "
        "use 1, 2, 4 or 8?");
  CHECK(problems(planned(R"("tensor": 16, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 16 does not divide 8 accelerators per node (dgx_h100); "
        "use 1, 2, 4 or 8?");
}

TEST_CASE("a tensor-parallel degree divides the heads of the model", "[scenario]") {
  CHECK(
      problems(step_document(
          R"("model": "optimus_policy", "node": "dgx_h100", "chips": 8, "plan": {"tensor": 8, "micro_batches": 1})")) ==
      "a.json:5:96: /jobs/a/plan/tensor: 8 does not divide 20 attention heads (optimus_policy); "
      "use 1, 2 or 4?");
}

TEST_CASE("a pipeline has at most a stage for each layer", "[scenario]") {
  CHECK(
      problems(planned(R"("tensor": 8, "pipeline": 33, "micro_batches": 1)",
                       R"("model": "llama3_8b", "node": "dgx_h100", "chips": 1024)")) ==
      "a.json:5:109: /jobs/a/plan/pipeline: 33 stages for 32 layers (llama3_8b); use at most 32?");
}

TEST_CASE("a global batch divides into micro-batches, and these over the replicas", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8, "micro_batch": 3, "global_batch": 64)")) ==
        "a.json:5:129: /jobs/a/plan/global_batch: 64 samples are no whole number of micro-batches "
        "of 3; use a multiple of 3?");
  CHECK(problems(planned(R"("tensor": 8, "data": 3, "global_batch": 64)")) ==
        "a.json:5:122: /jobs/a/plan/global_batch: 64 micro-batches do not divide over 3 replicas; "
        "use a multiple of 3?");
}

TEST_CASE("a chip computes in the precision", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8, "precision": "fp8", "micro_batches": 1)",
                         R"("model": "llama3_8b", "node": "dgx_a100", "chips": 64)")) ==
        "a.json:5:108: /jobs/a/plan/precision: a100_80_sxm does not compute in fp8; use bf16 or "
        "fp32?");
}

TEST_CASE("a job gets whole nodes", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 1, "micro_batches": 1, "recompute": "full")",
                         R"("model": "llama3_8b", "node": "dgx_h200", "chips": 12)"))
            .find("/jobs/a/chips: 12 is no multiple of the 8 accelerators of a dgx_h200; use 8 or "
                  "16?") != std::string::npos);
}

TEST_CASE("a plan takes at most the chips that there are", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8, "pipeline": 4, "data": 4, "micro_batches": 1)")) ==
        "a.json:5:118: /jobs/a/plan/data: the plan takes 128 accelerators (tensor 8 x pipeline 4 x "
        "data 4), there are 64; use smaller degrees, or more chips");
  CHECK(problems(planned(R"("tensor": 8, "pipeline": 16, "micro_batches": 1)")) ==
        "a.json:5:107: /jobs/a/plan/pipeline: the plan takes 128 accelerators (tensor 8 x pipeline "
        "16 x data 1), there are 64; use smaller degrees, or more chips");
}

TEST_CASE("a model that does not fit memory says by how much and what would fit", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 1, "micro_batches": 1, "gradient_precision": "fp32")")) ==
        "a.json:5:81: /jobs/a/plan: does not fit memory: stage 0 needs 185.4 GB of 79.74 GB per "
        "accelerator, 105.7 GB too much (parameters 16.06 GB, gradients 32.12 GB, optimizer 96.36 "
        "GB, activations 40.88 GB); \"sharding\": \"parameters\" would fit");
  CHECK(problems(planned(
            R"("tensor": 8, "pipeline": 2, "micro_batches": 8, "gradient_precision": "fp32")",
            R"("model": "llama3_70b", "node": "dgx_h100", "chips": 64)")) ==
        "a.json:5:82: /jobs/a/plan: does not fit memory: stage 0 needs 101.9 GB of 79.74 GB per "
        "accelerator, 22.14 GB too much (parameters 8.819 GB, gradients 17.64 GB, optimizer 52.91 "
        "GB, activations 22.5 GB); \"pipeline\": 4 would fit");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 8, "gradient_precision": "fp32")",
                         R"("model": "llama3_405b", "node": "dgx_h100", "chips": 64)")) ==
        "a.json:5:83: /jobs/a/plan: does not fit memory: stage 0 needs 980.9 GB of 79.74 GB per "
        "accelerator, 901.2 GB too much (parameters 101.5 GB, gradients 202.9 GB, optimizer 608.8 "
        "GB, activations 67.78 GB); divide the model over more chips (tensor, pipeline) or choose "
        "chips with more memory");
}

TEST_CASE("a step scenario says on which nodes and how many chips", "[scenario]") {
  CHECK(problems(
            step_document(R"("model": "llama3_8b", "chips": 64, "plan": {"micro_batches": 1})")) ==
        "a.json:5:17: /jobs/a: missing \"node\"; name the kind of node it runs on");
  CHECK(problems(step_document(replaced(good_job, R"( "chips": 64,)", ""))) ==
        "a.json:5:17: /jobs/a: missing \"chips\"; add it: Accelerators");
  CHECK(problems(step_document(replaced(good_job, "64", R"("all")"))) ==
        "a.json:5:69: /jobs/a/chips: \"all\" is a text, not a whole number");
  CHECK(problems(step_document(replaced(good_job, "64", "0"))) ==
        "a.json:5:69: /jobs/a/chips: 0 is below the least allowed, 1");
  CHECK(problems(step_document(R"("model": "llama3_8b", "node": "dgx_h100", "chips": 64)")) ==
        "a.json:5:17: /jobs/a: missing \"plan\"; add it: How the job is divided over its chips, or "
        "\"auto\": the fastest by estimate, with 4 Mi tokens a step (or one sample for each "
        "accelerator)");
}

TEST_CASE("a step scenario has a job", "[scenario]") {
  CHECK(problems(R"({"format": 1, "title": "t", "jobs": {}})") ==
        "a.json:1:37: /jobs: no job is given, and a scenario without a horizon plays their steps; "
        "name at least one job");
  CHECK(problems(R"({"format": 1, "title": "t"})") ==
        "a.json:1:1: missing \"jobs\"; add it: Training jobs, or collectives, by name");
}

TEST_CASE("a fleet job has an owner, sites, chips and a plan", "[scenario]") {
  CHECK(complaints(
            replaced(Fleet().text(),
                     R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "chips": "all",
    "plan": {"tensor": 8, "micro_batches": 4})",
                     R"("model": "llama3_8b")")) ==
        "/jobs/j: missing \"owner\"; add it: Whose job it is\n"
        "/jobs/j: missing \"sites\"; add it: Where it may run, the preferred site first\n"
        "/jobs/j: missing \"chips\"; add the number of its accelerators, \"all\" that it can get, "
        "or \"gangs\"\n"
        "/jobs/j: missing \"plan\"; add it: How the job is divided over its chips, or \"auto\": "
        "the fastest by estimate, with 4 Mi tokens a step (or one sample for each accelerator)");
}

TEST_CASE("a job runs at sites that exist", "[scenario]") {
  CHECK(problems(Fleet{.job = replaced(a_job, R"(["austin"])", "[]")}.text()) ==
        "a.json:6:67: /jobs/j/sites: no site is named; name at least one");
  CHECK(
      problems(Fleet{.job = replaced(a_job, R"(["austin"])", R"(["austin", "austin"])")}.text()) ==
      "a.json:6:67: /jobs/j/sites: \"austin\" is named twice; name it once");
  CHECK(problems(Fleet{.job = replaced(a_job, R"(["austin"])", R"(["austn"])")}.text()) ==
        "a.json:6:67: /jobs/j/sites: unknown site \"austn\"; did you mean \"austin\"?");
  CHECK(problems(Fleet{.job = replaced(a_job, R"(["austin"])", R"("austin")")}.text()) ==
        "a.json:6:67: /jobs/j/sites: \"austin\" is no array of texts; write [\"...\", \"...\"]");
  CHECK(problems(Fleet{.job = replaced(a_job, R"(["austin"])", "[5]")}.text()) ==
        "a.json:6:68: /jobs/j/sites/0: 5 is a number, not a text");
}

TEST_CASE("a job needs chips of its owners at its site", "[scenario]") {
  CHECK(problems(Fleet{.job = replaced(a_job, R"("tesla")", R"("xai")")}.text()) ==
        "a.json:6:65: /jobs/j/sites: no chips of its owners are delivered to \"austin\"; add a "
        "delivery, name the \"node\" it waits for, or choose another site");
  CHECK(problems(
            Fleet{.job = replaced(a_job, R"("chips")", R"("node": "dgx_h200", "chips")")}.text()) ==
        "a.json:6:87: /jobs/j/node: no dgx_h200 of its owners is delivered to \"austin\"; use one "
        "of dgx_h100, or add a delivery");
  CHECK(
      problems(
          Fleet{.job = replaced(a_job, R"("sites")", R"("chips_of": ["xai"], "sites")")}.text()) ==
      "a.json:6:88: /jobs/j/sites: no chips of its owners are delivered to \"austin\"; add a "
      "delivery, name the \"node\" it waits for, or choose another site");
}

TEST_CASE("a job names its kind of node where its site gets several", "[scenario]") {
  CHECK(
      problems(replaced(
          Fleet().text(), R"("deliveries": {)",
          R"("deliveries": {"e": {"node": "dgx_h200", "accelerators": 8, "owner": "tesla", "site": "austin", "arrives": "2024-01-02"}, )")) ==
      "a.json:6:17: /jobs/j: \"austin\" gets several kinds of node; add \"node\": one of dgx_h100, "
      "dgx_h200");
}

TEST_CASE("a job asks for at most the chips that are delivered", "[scenario]") {
  CHECK(problems(Fleet{.job = replaced(a_job, R"("all")", "72")}.text()) ==
        "a.json:6:88: /jobs/j/chips: 72 accelerators, but only 64 are ever delivered for it; use "
        "at most 64, or \"all\"");
  CHECK(problems(Fleet{.job = replaced(a_job, R"("all")", "-1")}.text()) ==
        "a.json:6:88: /jobs/j/chips: -1 is below the least allowed, 1");
  CHECK(problems(Fleet{.job = replaced(a_job, R"("all")", R"("every")")}.text()) ==
        "a.json:6:88: /jobs/j/chips: \"every\" is not known; known: all");
  CHECK(problems(Fleet{.job = replaced(a_job, R"("all")", "1e9")}.text()) ==
        "a.json:6:88: /jobs/j/chips: 1000000000 is above the most allowed, 100000000");
  CHECK(problems(Fleet{.job = replaced(a_job, R"("all")", "8.5")}.text()) ==
        "a.json:6:88: /jobs/j/chips: 8.5 is no whole number");
}

TEST_CASE("a job starts before the horizon ends", "[scenario]") {
  CHECK(problems(Fleet{.job = a_job + R"(, "from": "2024-03-01")"}.text()) ==
        "a.json:6:103: /jobs/j/from: 2024-03-01 is not before the horizon's end, 2024-03-01; start "
        "it earlier, or move the horizon");
  CHECK(problems(Fleet{.job = a_job + R"(, "from": "soon")"}.text()) ==
        "a.json:6:103: /jobs/j/from: \"soon\" is no date from 1970 to 2199; write a day such as "
        "\"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC");
}

TEST_CASE("a target is a positive number of samples, tokens, steps or a time", "[scenario]") {
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "1e10")"}.text()) ==
        "a.json:6:104: /jobs/j/until: \"1e10\" is no target; write a number and a unit, such as "
        "\"1e10 samples\", \"6e12 tokens\", \"500 steps\" or \"2000 h\"");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "1e10 clips")"}.text()) ==
        "a.json:6:104: /jobs/j/until: \"1e10 clips\" is no target; write a number and a unit, such "
        "as "
        "\"1e10 samples\", \"6e12 tokens\", \"500 steps\" or \"2000 h\"");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "0 tokens")"}.text()) ==
        "a.json:6:104: /jobs/j/until: a target must be above zero");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "-5 samples")"}.text()) ==
        "a.json:6:104: /jobs/j/until: a target must be above zero");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "nan tokens")"}.text()) ==
        "a.json:6:104: /jobs/j/until: a target must be above zero");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": "1e999 tokens")"}.text()) ==
        "a.json:6:104: /jobs/j/until: \"1e999 tokens\" is no target; write a number and a unit, "
        "such as "
        "\"1e10 samples\", \"6e12 tokens\", \"500 steps\" or \"2000 h\"");
  CHECK(problems(Fleet{.job = a_job + R"(, "until": 1e10)"}.text()) ==
        "a.json:6:104: /jobs/j/until: 10000000000 is a number, not a text");
  CHECK(problems(
            Fleet{.job = replaced(a_job, "llama3_8b", "fsd_video") + R"(, "until": "1e10 tokens")"}
                .text()) ==
        "a.json:6:104: /jobs/j/until: fsd_video counts samples, not tokens; write the target in "
        "samples");
}

TEST_CASE("times and priorities of a job are within their limits", "[scenario]") {
  CHECK(problems(Fleet{.job = a_job +
                              R"(, "checkpoint_every": "0 s", "restart": "-1 s", "priority": 0.5)"}
                     .text()) ==
        "a.json:6:115: /jobs/j/checkpoint_every: 0 s is below the least allowed, 1 s\n"
        "a.json:6:133: /jobs/j/restart: -1 s is below the least allowed, 0 s\n"
        "a.json:6:153: /jobs/j/priority: 0.5 is no whole number");
  CHECK(
      problems(Fleet{
          .job = a_job + R"(, "checkpoint_every": "10 MW", "restart": "500 d", "priority": "high")"}
                   .text()) ==
      "a.json:6:115: /jobs/j/checkpoint_every: \"10 MW\" is a power, not a duration; write a "
      "duration such as \"1.5 us\" or \"19 d\"\n"
      "a.json:6:135: /jobs/j/restart: 500 d is above the most allowed, 366.0 d\n"
      "a.json:6:156: /jobs/j/priority: \"high\" is a text, not a whole number");
}

TEST_CASE("a job may have a known duration instead of a model", "[scenario]") {
  const std::string timed = R"("duration": "5 h", "owner": "tesla", "sites": ["austin"])";
  const auto with = [&](const std::string& more) {
    return replaced(Fleet{.job = timed + more}.text(),
                    ",\n    \"plan\": {\"tensor\": 8, \"micro_batches\": 4}", "");
  };
  const fleet::Job job = read_text(with(R"(, "chips": 3)")).worlds.at(0).jobs.at(0);
  CHECK(job.duration == Seconds(5 * 3600));
  CHECK(job.model.empty());
  CHECK(job.gangs == std::vector<std::int64_t>{3});
  CHECK(job.options.at(0).task == fleet::none);
  CHECK(job.restart == Seconds(0));
  CHECK(job.tokens_per_sample == 0);
  CHECK(complaints(with("")) ==
        "/jobs/j: missing \"chips\"; add it: Accelerators; fewer than a node has share it");
  CHECK(complaints(with(R"(, "chips": 72)")) ==
        "/jobs/j/chips: 72 accelerators, but only 64 are ever delivered for it; use at most 64");
  CHECK(complaints(with(R"(, "chips": "all")")) ==
        "/jobs/j/chips: \"all\" is a text, not a whole number");
  CHECK(complaints(with(R"(, "chips": 8, "model": "llama3_8b", "until": "1 h")")) ==
        "/jobs/j/model: a job of known \"duration\" has no \"model\"; leave out one of the two\n"
        "/jobs/j/until: a job of known \"duration\" has no \"until\"; leave out one of the two");
  CHECK(complaints(replaced(with(R"(, "chips": 8)"), "\"5 h\"", "\"-5 h\"")) ==
        "/jobs/j/duration: -5 h is below the least allowed, 0 s");
}

TEST_CASE("a job may have a deadline, an estimate and data", "[scenario]") {
  const auto with = [](const std::string& more) { return Fleet{.job = a_job + more}.text(); };
  const fleet::Job usual = read_text(with("")).worlds.at(0).jobs.at(0);
  CHECK(!usual.deadline);
  CHECK(!usual.estimate);
  CHECK(!usual.data);
  CHECK(usual.gangs.empty());
  CHECK(usual.restart == Seconds(600));
  const fleet::Job job = read_text(with(R"(, "deadline": "2024-02-01", "estimate": "9 h",
                       "data": {"size": "3 PB", "home": "austin"})"))
                             .worlds.at(0)
                             .jobs.at(0);
  CHECK(job.deadline == Instant(1706745600));
  CHECK(job.estimate == Seconds(9 * 3600));
  REQUIRE(job.data);
  CHECK(job.data->size == Bytes(3e15));
  CHECK(job.data->home == 0);
  CHECK(complaints(with(R"(, "from": "2024-02-02", "deadline": "2024-02-01")")) ==
        "/jobs/j/deadline: 2024-02-01 is not after its start, 2024-02-02; give it time, or leave "
        "the deadline out");
  CHECK(complaints(with(R"(, "estimate": "0 s", "data": {"size": "0 B", "home": "astin"})")) ==
        "/jobs/j/estimate: 0 s is not above 0 s\n"
        "/jobs/j/data/size: 0 B is not above 0 B\n"
        "/jobs/j/data/home: unknown site \"astin\"; did you mean \"austin\"?");
}
