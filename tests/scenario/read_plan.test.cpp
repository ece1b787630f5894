// Plans, read without a scenario around them, and as a scenario reports them.
#include "scenario/read_plan.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "document/node.hpp"
#include "document/reader.hpp"
#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

parallelism::Request plan(const std::string& members) {
  const document::Node node = document::parse("{" + members + "}", "p.json");
  document::Report report;
  parallelism::Request request = read_plan(document::Object(node, "", report));
  report.throw_if_any();
  return request;
}

parallelism::Request with(const std::string& members) {
  return plan(R"("micro_batches": 4, )" + members);
}

// Of a plan with one member more; line and column left out.
std::string problem(const std::string& members) {
  const std::string text = problems(planned(R"("tensor": 8, "micro_batches": 1, )" + members));
  return text.empty() ? "" : text.substr(text.find("/jobs/a/plan") + 12);
}

}  // namespace

TEST_CASE("a plan says little and means a lot", "[scenario]") {
  const parallelism::Request request = plan(R"("micro_batches": 4)");
  CHECK(request.tensor == 1);
  CHECK(request.context == 1);
  CHECK(request.pipeline == 1);
  CHECK(request.expert == 1);
  CHECK_FALSE(request.data);
  CHECK(request.batch.micro_batch == 1);
  CHECK(request.batch.micro_batches == 4);
  CHECK_FALSE(request.batch.global_batch);
  CHECK(request.schedule == "1f1b");
  CHECK(request.chunks == 1);
  CHECK(request.layers.empty());
  CHECK_FALSE(request.count_ends);
  CHECK(request.precision == hardware::Precision::bf16);
  CHECK(request.gradient_precision == hardware::Precision::fp32);
  CHECK(request.recompute == parallelism::Recompute::none);
  CHECK(request.sharding == parallelism::Sharding::none);
  CHECK(request.shard_over == 0);
  CHECK(request.reshard);
  CHECK(request.context_kind == parallelism::Context::ring);
  CHECK(request.expert_load == 1);
  CHECK(request.order == parallelism::Order::tensor_data_pipeline);
  CHECK(request.sequence_parallel);
  CHECK(request.overlap_gradients);
  CHECK(request.overlap_parameters);
  CHECK(request.bucket == Bytes(100e6));
  CHECK(request.sends == parallelism::Sends::buffered);
  CHECK(request.detail == parallelism::Detail::automatic);
  CHECK(request.jitter == 0);
}

// Two places that say what is meant where nothing is said.
TEST_CASE("what a plan leaves out is what a request starts with", "[scenario]") {
  const parallelism::Request request = plan(R"("micro_batches": 4)");
  const parallelism::Request other;
  CHECK(request.schedule == other.schedule);
  CHECK(request.bucket == other.bucket);
  CHECK(request.algorithms.gradients == other.algorithms.gradients);
  CHECK(request.algorithms.tensor == other.algorithms.tensor);
  CHECK(request.algorithms.context == other.algorithms.context);
  CHECK(request.algorithms.expert == other.algorithms.expert);
}

TEST_CASE("every degree is read", "[scenario]") {
  const auto request = plan(
      R"("tensor": 2, "context": 3, "pipeline": 4, "expert": 5, "data": 6, "global_batch": 48,
         "micro_batch": 2, "chunks": 7, "shard_over": 8)");
  CHECK(request.tensor == 2);
  CHECK(request.context == 3);
  CHECK(request.pipeline == 4);
  CHECK(request.expert == 5);
  CHECK(request.data == 6);
  CHECK(request.batch.global_batch == 48);
  CHECK(request.batch.micro_batch == 2);
  CHECK_FALSE(request.batch.micro_batches);
  CHECK(request.chunks == 7);
  CHECK(request.shard_over == 8);
  CHECK_FALSE(with(R"("data": "fill")").data);
}

TEST_CASE("every word has its value", "[scenario]") {
  using namespace parallelism;
  CHECK(with(R"("sharding": "none")").sharding == Sharding::none);
  CHECK(with(R"("sharding": "optimizer")").sharding == Sharding::optimizer);
  CHECK(with(R"("sharding": "gradients")").sharding == Sharding::gradients);
  CHECK(with(R"("sharding": "parameters")").sharding == Sharding::parameters);
  CHECK(with(R"("recompute": "selective")").recompute == Recompute::selective);
  CHECK(with(R"("recompute": "full")").recompute == Recompute::full);
  CHECK(with(R"("context_kind": "all_gather")").context_kind == Context::all_gather);
  CHECK(with(R"("context_kind": "ulysses")").context_kind == Context::ulysses);
  CHECK(with(R"("order": "tensor-pipeline-data")").order == Order::tensor_pipeline_data);
  CHECK(with(R"("sends": "rendezvous")").sends == Sends::rendezvous);
  CHECK(with(R"("detail": "flows")").detail == Detail::flows);
  CHECK(with(R"("detail": "messages")").detail == Detail::messages);
  CHECK(with(R"("precision": "fp8")").precision == hardware::Precision::fp8);
  CHECK(with(R"("precision": "fp32")").precision == hardware::Precision::fp32);
  CHECK(with(R"("gradient_precision": "bf16")").gradient_precision == hardware::Precision::bf16);
  for (const char* schedule : {"1f1b", "gpipe", "interleaved", "zb-h1", "zb-v", "dualpipe"}) {
    CHECK(with(std::string(R"("schedule": ")") + schedule + '"').schedule == schedule);
  }
}

TEST_CASE("every switch can be turned", "[scenario]") {
  const auto request = with(
      R"("reshard": false, "overlap_parameters": false, "overlap_gradients": false,
         "sequence_parallel": false, "count_ends": true)");
  CHECK_FALSE(request.reshard);
  CHECK_FALSE(request.overlap_parameters);
  CHECK_FALSE(request.overlap_gradients);
  CHECK_FALSE(request.sequence_parallel);
  CHECK(request.count_ends);
}

TEST_CASE("every kind of exchange has its algorithm", "[scenario]") {
  const auto request = with(
      R"("gradient_collective": "hierarchical", "tensor_collective": "direct",
         "context_collective": "auto", "expert_collective": "ring")");
  CHECK(request.algorithms.gradients == "hierarchical");
  CHECK(request.algorithms.tensor == "direct");
  CHECK(request.algorithms.context == "auto");
  CHECK(request.algorithms.expert == "ring");
}

TEST_CASE("layers are a list in a text", "[scenario]") {
  CHECK(with(R"("layers": "7,8,8,7")").layers == std::vector<std::int64_t>{7, 8, 8, 7});
  CHECK(with(R"("layers": "32")").layers == std::vector<std::int64_t>{32});
  CHECK(with(R"("layers": "0,4")").layers == std::vector<std::int64_t>{0, 4});
}

TEST_CASE("an expert's load is its capacity or its imbalance", "[scenario]") {
  CHECK(with(R"("capacity_factor": 0.5)").expert_load == 0.5);
  CHECK(with(R"("expert_imbalance": 1.5)").expert_load == 1.5);
}

TEST_CASE("quantities of a plan are read with their units", "[scenario]") {
  CHECK(with(R"("bucket": "25 MB")").bucket == Bytes(25e6));
  CHECK(with(R"("bucket": "0 B")").bucket == Bytes(0));
  CHECK(with(R"("jitter": 0.02)").jitter == 0.02);
}

TEST_CASE("a plan names what exists", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "schedule": "1f2b")")) ==
        "a.json:5:127: /jobs/a/plan/schedule: \"1f2b\" is not known; did you mean \"1f1b\"?");
  CHECK(problem(R"("precision": "fp16")") ==
        "/precision: \"fp16\" is not known; did you mean \"bf16\" or \"fp8\" or \"fp4\"?");
  CHECK(problem(R"("gradient_precision": "fp64")") ==
        "/gradient_precision: \"fp64\" is not known; did you mean \"fp4\" or \"fp32\" or \"fp8\"?");
  CHECK(problem(R"("recompute": "some")") ==
        "/recompute: \"some\" is not known; did you mean \"none\"?");
  CHECK(problem(R"("sharding": "zero")") ==
        "/sharding: \"zero\" is not known; known: none, optimizer, gradients, parameters");
  CHECK(problem(R"("context_kind": "rings")") ==
        "/context_kind: \"rings\" is not known; did you mean \"ring\"?");
  CHECK(problem(R"("sends": "eager")") ==
        "/sends: \"eager\" is not known; known: buffered, blocking, rendezvous");
  CHECK(problem(R"("detail": "all")") ==
        "/detail: \"all\" is not known; known: auto, flows, messages");
  CHECK(problem(R"("order": "data-first")") ==
        "/order: \"data-first\" is not known; known: tensor-data-pipeline, tensor-pipeline-data");
  CHECK(problem(R"("gradient_collective": "tre")")
            .find("/gradient_collective: \"tre\" is not known; ") == 0);
  CHECK(problem(R"("tensor_collective": "rings")") ==
        "/tensor_collective: \"rings\" is not known; did you mean \"ring\" or \"rail_rings\"?");
  CHECK(problem(R"("expert_collective": "dirct")") ==
        "/expert_collective: \"dirct\" is not known; did you mean \"direct\"?");
  CHECK(problem(R"("context_collective": "rings")") ==
        "/context_collective: \"rings\" is not known; did you mean \"ring\" or \"rail_rings\"?");
  CHECK(problems(planned(R"("tensro": 8, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensro: unknown key \"tensro\"; did you mean \"tensor\"?");
}

TEST_CASE("degrees are whole numbers above zero", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 0, "pipeline": -1, "data": "some", "micro_batches": 2.5)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 0 is below the least allowed, 1\n"
        "a.json:5:107: /jobs/a/plan/pipeline: -1 is below the least allowed, 1\n"
        "a.json:5:119: /jobs/a/plan/data: \"some\" is not known; known: fill\n"
        "a.json:5:144: /jobs/a/plan/micro_batches: 2.5 is no whole number");
  CHECK(problems(planned(R"("tensor": 1e7, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 10000000 is above the most allowed, 1000000");
  for (const char* key : {"context", "expert", "chunks", "shard_over", "micro_batch"}) {
    CHECK(problem('"' + std::string(key) + "\": 0") ==
          "/" + std::string(key) + ": 0 is below the least allowed, 1");
  }
}

TEST_CASE("a plan has either micro-batches or a global batch", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8)")) ==
        "a.json:5:81: /jobs/a/plan: neither \"micro_batches\" nor \"global_batch\" is given; add "
        "one of the two");
  CHECK(
      problem(R"("global_batch": 8)") ==
      "/global_batch: both \"micro_batches\" and \"global_batch\" are given; keep one of the two");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 0)")) ==
        "a.json:5:112: /jobs/a/plan/micro_batches: 0 is below the least allowed, 1");
}

TEST_CASE("switches are true or false", "[scenario]") {
  for (const char* key :
       {"sequence_parallel", "reshard", "overlap_gradients", "overlap_parameters", "count_ends"}) {
    CHECK(problem('"' + std::string(key) + "\": 1") ==
          "/" + std::string(key) + ": 1 is a number, not true or false");
  }
}

TEST_CASE("layers that are no list of numbers are told so", "[scenario]") {
  for (const char* text : {"", "8,", ",8", "8;8", "8, 8", "-1,9", "a", "1.5", "9999999"}) {
    CHECK(problem(R"("layers": ")" + std::string(text) + '"') ==
          "/layers: \"" + std::string(text) +
              "\" is no list of numbers; write numbers with commas, e.g. \"7,8,8,7\"");
  }
}

TEST_CASE("loads and jitter have limits", "[scenario]") {
  CHECK(problem(R"("capacity_factor": 0)") == "/capacity_factor: 0 is not above 0");
  CHECK(problem(R"("expert_imbalance": 0.5)") ==
        "/expert_imbalance: 0.5 is below the least allowed, 1");
  CHECK(problem(R"("capacity_factor": 1.25, "expert_imbalance": 2)") ==
        "/expert_imbalance: a capacity factor is given, which all experts fill; keep one of the "
        "two");
  CHECK(problem(R"("jitter": 0.6)") == "/jitter: 0.6 is above the most allowed, 0.5");
  CHECK(problem(R"("jitter": -0.1)") == "/jitter: -0.1 is below the least allowed, 0");
  CHECK(problem(R"("bucket": 25)").find("/bucket: ") == 0);
}

TEST_CASE("what a plan asks of a model is reported at its member", "[scenario]") {
  CHECK(problem(R"("expert": 2)") == "/expert: llama3_8b has no experts; use 1");
  CHECK(problem(R"("shard_over": 4)") == "/shard_over: nothing is sharded; add \"sharding\"");
  CHECK(problem(R"("layers": "16,16")") ==
        "/layers: 2 numbers for 1 pieces of the model; give one number for each stage (and chunk)");
}
