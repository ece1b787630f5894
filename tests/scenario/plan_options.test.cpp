#include "scenario/plan_options.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string of_70b =
    R"("model": "llama3_70b", "owner": "tesla", "sites": ["austin", "west"])";

}  // namespace

TEST_CASE("each option asks a question of its own", "[scenario]") {
  const Scenario read = read_text(TwoSites().text());
  const fleet::Job& job = read.worlds.at(0).jobs.at(0);
  REQUIRE(job.options.size() == 2);
  CHECK(read.tasks.at(job.options[0].task).node.name == "dgx_h100");
  CHECK(read.tasks.at(job.options[1].task).node.name == "dgx_h200");
  CHECK(job.gangs == std::vector<std::int64_t>{32});
  CHECK(job.model == "llama3_8b");
  CHECK(job.tokens_per_sample == 8192);
}

TEST_CASE("an option where the plan does not fit is dropped while another one holds",
          "[scenario]") {
  const TwoSites tight{.job = of_70b + R"(, "chips": 64)",
                       .plan = R"("tensor": 8, "pipeline": 2, "micro_batches": 8,
                                 "gradient_precision": "fp32")"};
  const Scenario read = read_text(tight.text());
  const fleet::Job& job = read.worlds.at(0).jobs.at(0);
  REQUIRE(job.options.size() == 1);
  CHECK(read.tasks.at(job.options[0].task).node.name == "dgx_h200");
}

TEST_CASE("where no option holds, what is wrong with each is said", "[scenario]") {
  const TwoSites wrong{.job = of_70b + R"(, "chips": 64)",
                       .plan = R"("tensor": 8, "micro_batches": 8, "gradient_precision": "fp32")"};
  const std::string all = complaints(wrong.text());
  CHECK(all.find("GB, activations 23.06 GB) (on dgx_h100); ") != std::string::npos);
  CHECK(all.find("(on dgx_h200); ") != std::string::npos);
  CHECK(
      complaints(TwoSites{.plan = R"("tensor": 3, "micro_batches": 1)"}.text()) ==
      "/jobs/j/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100); use 1, 2, 4 or "
      "8?\n/jobs/j/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h200); use 1, 2, 4 "
      "or 8?");
}

TEST_CASE("a job may run on gangs of several sizes", "[scenario]") {
  const std::string gangs =
      R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "gangs": )";
  const auto job = [&](const std::string& sizes) {
    return world_of(TwoSites{.job = gangs + sizes}.text()).jobs.at(0);
  };
  const auto wrong = [&](const std::string& sizes) {
    return complaints(TwoSites{.job = gangs + sizes}.text());
  };
  CHECK(job("[16, 64, 32]").gangs == std::vector<std::int64_t>{64, 32, 16});
  CHECK(job("[1024, 32]").gangs == std::vector<std::int64_t>{1024, 32});
  CHECK(wrong("[]") == "/jobs/j/gangs: no gang is given; name at least one number of accelerators");
  CHECK(wrong("[32, 32]") == "/jobs/j/gangs: a gang is given twice; give each once");
  CHECK(wrong("[32, 12]") ==
        "/jobs/j/gangs: 12 is no multiple of the 8 accelerators of a dgx_h100; use 8 or 16?");
  CHECK(wrong("[32, 0]") == "/jobs/j/gangs/1: 0 is below the least allowed, 1");
  CHECK(wrong(R"([32], "chips": 32)") ==
        "/jobs/j/gangs: \"chips\" and \"gangs\" are both given; leave out one of the two");
  CHECK(wrong("[256, 128]") ==
        "/jobs/j/gangs: the smallest gang has 128 accelerators, but only 64 are ever delivered for "
        "it; use at most 64");
}

TEST_CASE("a searched plan holds on every gang that there may be chips for", "[scenario]") {
  TwoSites searched{.job = R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin"],
                             "gangs": [64, 32], "plan": "auto")",
                    .plan = ""};
  const Scenario read = read_text(searched.text());
  const step::Task& task = read.tasks.at(read.worlds.at(0).jobs.at(0).options.at(0).task);
  CHECK(!task.request.search);
  CHECK(step::objections(task, 8).empty());
  CHECK(step::objections(task, 4).empty());
}

TEST_CASE("an option without room for the job is none", "[scenario]") {
  const std::string more =
      R"("c": {"node": "dgx_h100", "accelerators": 64, "owner": "tesla", "site": "austin",
               "arrives": "2024-01-02"}, )";
  const std::string job =
      R"("model": "llama3_8b", "owner": "tesla", "sites": ["west", "austin"], "chips": 128)";
  CHECK(world_of(TwoSites{.job = job, .deliveries = more}.text()).jobs.at(0).options.size() == 1);
  CHECK(
      complaints(TwoSites{.job = job}.text()) ==
      "/jobs/j/chips: 128 accelerators, but only 64 are ever delivered for it; use at most 64, or "
      "\"all\"");
}

TEST_CASE("spares are whole nodes beside the gang", "[scenario]") {
  CHECK(job_with("").spares == 0);
  CHECK(job_with(R"(, "spares": 16)").spares == 2);
  CHECK(wrong_with(R"(, "spares": 40)") ==
        "/jobs/j/chips: 32 accelerators and 40 spares, but only 64 are ever delivered for it; use "
        "at most 24, or \"all\"");
  CHECK(wrong_with(R"(, "spares": 64)") ==
        "/jobs/j/chips: 32 accelerators and 64 spares, but only 64 are ever delivered for it; use "
        "fewer, or add a delivery, or \"all\"");
  CHECK(wrong_with(R"(, "spares": 4)") ==
        "/jobs/j/spares: 4 is no multiple of the 8 accelerators of a dgx_h100; use 8?\n"
        "/jobs/j/spares: 4 is no multiple of the 8 accelerators of a dgx_h200; use 8?");
}

TEST_CASE("spares need nodes of one size", "[scenario]") {
  const std::string tray =
      R"("c": {"node": "dojo_tray", "accelerators": 150, "owner": "tesla", "site": "austin",
               "arrives": "2024-01-02"}, )";
  const std::string job = R"("duration": "1 h", "owner": "tesla", "sites": ["austin"], "chips": 8,
                             "spares": 24)";
  const std::string all = complaints(TwoSites{.job = job, .plan = "", .deliveries = tray}.text());
  CHECK(all.find("/jobs/j/spares: its kinds of node have ") != std::string::npos);
  CHECK(all.find("and spares are whole nodes; name one \"node\", or leave the spares out") !=
        std::string::npos);
}
