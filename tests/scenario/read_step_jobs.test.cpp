// Jobs of a scenario without horizon: collectives alone, faults, and plans that are searched.
#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string a_collective =
    R"("collective": "all_reduce", "bytes": "1 GiB", "node": "dgx_h100", "chips": 64)";

step::Task only_task(const std::string& job) {
  const Scenario scenario = read_text(step_document(job));
  REQUIRE(scenario.tasks.size() == 1);
  return scenario.tasks.front();
}

std::string with_faults(const std::string& faults) {
  return good_job + R"(, "faults": {)" + faults + "}";
}

std::string problem_of_fault(const std::string& members) {
  return problems(step_document(with_faults(R"("x": {)" + members + "}")));
}

std::string searched(const std::string& plan, const std::string& chips = "64") {
  return R"("model": "llama3_8b", "node": "dgx_h100", "chips": )" + chips + R"(, "plan": )" + plan;
}

}  // namespace

TEST_CASE("a collective stands in for a model", "[scenario]") {
  const Scenario scenario = read_text(step_document(a_collective));
  REQUIRE(scenario.steps.size() == 1);
  CHECK(scenario.steps.front().job == "a");
  CHECK(scenario.steps.front().nodes == 8);
  const step::Task& task = scenario.tasks.at(scenario.steps.front().task);
  REQUIRE(task.exchange);
  CHECK(task.exchange->operation == collective::Operation::all_reduce);
  CHECK(task.exchange->buffer == Bytes(1073741824));
  CHECK(task.node.name == "dgx_h100");
  CHECK(task.model.name.empty());
  CHECK(task.faults.empty());
  CHECK(task.request.algorithms.gradients == "auto");
  CHECK(task.request.detail == parallelism::Detail::flows);
}

TEST_CASE("a collective is any operation by any algorithm", "[scenario]") {
  using collective::Operation;
  const auto operation = [](const std::string& name) {
    return only_task(replaced(a_collective, "all_reduce", name)).exchange->operation;
  };
  CHECK(operation("reduce_scatter") == Operation::reduce_scatter);
  CHECK(operation("all_gather") == Operation::all_gather);
  CHECK(operation("all_to_all") == Operation::all_to_all);
  CHECK(operation("broadcast") == Operation::broadcast);
  for (const collective::AlgorithmRow& row : collective::algorithms()) {
    const std::string name(row.name);
    const step::Task task = only_task(a_collective + R"(, "algorithm": ")" + name + '"');
    CHECK(task.request.algorithms.gradients == name);
  }
}

TEST_CASE("every message of a collective is a flow where asked for", "[scenario]") {
  CHECK(only_task(a_collective + R"(, "every_message": true)").request.detail ==
        parallelism::Detail::messages);
  CHECK(only_task(a_collective + R"(, "every_message": false)").request.detail ==
        parallelism::Detail::flows);
}

TEST_CASE("collectives that differ in operation or bytes are played apart", "[scenario]") {
  const auto tasks = [](const std::string& other) {
    return read_text(step_document(a_collective + R"(}, "b": {)" + other)).tasks.size();
  };
  CHECK(tasks(a_collective) == 1);
  CHECK(tasks(replaced(a_collective, "all_reduce", "all_gather")) == 2);
  CHECK(tasks(replaced(a_collective, "1 GiB", "2 GiB")) == 2);
  CHECK(tasks(a_collective + R"(, "every_message": true)") == 2);
  CHECK(tasks(a_collective + R"(, "faults": {"slow": {"node": 0, "speed": 0.5}})") == 2);
}

TEST_CASE("a collective is one that is known, of some bytes, among several", "[scenario]") {
  const auto wrong = [](const std::string& from, const std::string& to) {
    return problems(step_document(replaced(a_collective, from, to)));
  };
  CHECK(wrong("all_reduce", "all_reduces") ==
        "a.json:5:32: /jobs/a/collective: \"all_reduces\" is not known; did you mean "
        "\"all_reduce\"?");
  CHECK(wrong(R"("bytes")", R"("algorithm": "rings", "bytes")") ==
        "a.json:5:59: /jobs/a/algorithm: \"rings\" is not known; did you mean \"ring\" or "
        "\"rail_rings\"?");
  CHECK(wrong("1 GiB", "0 B") == "a.json:5:55: /jobs/a/bytes: 0 B is not above 0 B");
  CHECK(wrong("1 GiB", "1 GB/s") ==
        "a.json:5:55: /jobs/a/bytes: \"1 GB/s\" is a data rate, not an amount of data; write an "
        "amount of data such as \"80 GB\" or \"64 GiB\"");
  CHECK(wrong("64", "1") == "a.json:5:93: /jobs/a/chips: 1 is below the least allowed, 2");
  CHECK(wrong("64", "12") ==
        "a.json:5:93: /jobs/a/chips: 12 is no multiple of the 8 accelerators of a dgx_h100; use 8 "
        "or 16?");
  CHECK(wrong(R"("dgx_h100")", R"("dgx_h1000")") ==
        "a.json:5:72: /jobs/a/node: unknown name \"dgx_h1000\" among platforms/nodes; did you mean "
        "\"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?");
  CHECK(wrong(R"( "bytes": "1 GiB",)", "") ==
        "a.json:5:17: /jobs/a: missing \"bytes\"; add it: What each accelerator holds before, or "
        "after all_gather and broadcast");
  CHECK(wrong(R"("bytes")", R"("every_message": "yes", "bytes")") ==
        "a.json:5:63: /jobs/a/every_message: \"yes\" is a text, not true or false");
}

TEST_CASE("a job is a model's or a collective, not both", "[scenario]") {
  CHECK(problems(step_document(R"("model": "llama3_8b", )" + a_collective)) ==
        "a.json:5:27: /jobs/a/model: unknown key \"model\"; did you mean \"node\"?");
  CHECK(problems(step_document(a_collective + R"(, "plan": {"micro_batches": 1})")) ==
        "a.json:5:105: /jobs/a/plan: unknown key \"plan\"; known: collective, algorithm, "
        "every_message, bytes, node, chips, faults");
  CHECK(problems(step_document(good_job + R"(, "bytes": "1 GB")")) ==
        "a.json:5:125: /jobs/a/bytes: unknown key \"bytes\"; known: model, node, software, chips, "
        "faults, plan");
}

TEST_CASE("a fault is of a node, of an interface or of a link", "[scenario]") {
  const step::Task task = only_task(with_faults(R"(
      "dead": {"node": 1, "speed": 0},
      "slow": {"node": 2, "speed": 0.8},
      "broken": {"node": 3, "interface": 4, "bandwidth": 0},
      "worn": {"link": "nic in", "index": 5, "bandwidth": 0.25})"));
  const hardware::Faults& faults = task.faults;
  REQUIRE(faults.nodes.size() == 2);
  CHECK(faults.nodes[0].node == 1);
  CHECK(faults.nodes[0].speed == 0);
  CHECK(faults.nodes[1].node == 2);
  CHECK(faults.nodes[1].speed == 0.8);
  REQUIRE(faults.interfaces.size() == 1);
  CHECK(faults.interfaces[0].node == 3);
  CHECK(faults.interfaces[0].interface == 4);
  CHECK(faults.interfaces[0].bandwidth_factor == 0);
  REQUIRE(faults.links.size() == 1);
  CHECK(faults.links[0].kind == "nic in");
  CHECK(faults.links[0].index == 5);
  CHECK(faults.links[0].bandwidth_factor == 0.25);
}

TEST_CASE("a collective meets faults too", "[scenario]") {
  const step::Task task =
      only_task(a_collective + R"(, "faults": {"worn": {"node": 0, "speed": 0.5}})");
  CHECK(task.faults.nodes.at(0).speed == 0.5);
}

TEST_CASE("a fault says what is broken", "[scenario]") {
  for (const std::string members :
       {"", R"("node": 1)", R"("speed": 0.5)", R"("node": 1, "interface": 1, "speed": 0.5)",
        R"("node": 1, "bandwidth": 0.5)", R"("link": "nic in", "bandwidth": 0.5)",
        R"("link": "nic in", "index": 0, "node": 1, "bandwidth": 0.5)"}) {
    CHECK(problem_of_fault(members) ==
          "a.json:5:132: /jobs/a/faults/x: neither a node, nor an interface, nor a link is "
          "described; give \"node\" and \"speed\", or \"node\", \"interface\" and \"bandwidth\", "
          "or \"link\", \"index\" and \"bandwidth\"");
  }
}

TEST_CASE("a fault leaves a share, of something that is counted", "[scenario]") {
  const auto said = [](const std::string& members, const std::string& text) {
    return problem_of_fault(members).find(text) != std::string::npos;
  };
  CHECK(said(R"("node": 1, "speed": 1.5)",
             "/jobs/a/faults/x/speed: 1.5 is above the most allowed, 1"));
  CHECK(said(R"("node": 1, "interface": 0, "bandwidth": -0.5)",
             "/jobs/a/faults/x/bandwidth: -0.5 is below the least allowed, 0"));
  CHECK(said(R"("node": -1, "speed": 0.5)",
             "/jobs/a/faults/x/node: -1 is below the least allowed, 0"));
  CHECK(said(R"("node": 1, "speeds": 0.5)",
             "/jobs/a/faults/x/speeds: unknown key \"speeds\"; did you mean \"speed\"?"));
}

TEST_CASE("faults are of what is there, and links carry something", "[scenario]") {
  CHECK(problem_of_fault(R"("node": 8, "speed": 0.5)") ==
        "a.json:5:126: /jobs/a/faults: there is no node 8, they are numbered 0 to 7");
  CHECK(problem_of_fault(R"("node": 0, "interface": 8, "bandwidth": 0.5)") ==
        "a.json:5:126: /jobs/a/faults: there is no interface 8, they are numbered 0 to 7");
  CHECK(problem_of_fault(R"("link": "nick in", "index": 0, "bandwidth": 0.5)") ==
        "a.json:5:126: /jobs/a/faults: no link of the fabric is a \"nick in\"; did you mean \"nic "
        "in\"?");
  CHECK(problem_of_fault(R"("link": "nic in", "index": 64, "bandwidth": 0.5)") ==
        "a.json:5:126: /jobs/a/faults: there is no \"nic in\" link 64, they are numbered 0 to 63");
  CHECK(problem_of_fault(R"("link": "nic in", "index": 0, "bandwidth": 0)") ==
        "a.json:5:126: /jobs/a/faults: a link cannot be dead: no traffic is led around it; give a "
        "bandwidth above 0");
}

TEST_CASE("chips of dead nodes are missing to a plan", "[scenario]") {
  CHECK(problems(step_document(replaced(with_faults(R"("x": {"node": 0, "speed": 0})"),
                                        R"("tensor": 8)", R"("tensor": 8, "data": 8)"))) ==
        "a.json:5:103: /jobs/a/plan/data: the plan takes 64 accelerators (tensor 8 x pipeline 1 x "
        "data 8), there are 56; use smaller degrees, or more chips");
}

TEST_CASE("an automatic plan is one that fits, for 4 Mi tokens", "[scenario]") {
  const step::Task task = only_task(searched(R"("auto")"));
  CHECK_FALSE(task.request.search);
  CHECK(task.request.batch.global_batch == 512);
  CHECK_FALSE(task.request.batch.micro_batches);
  const auto plan = step::plan_on(task, 8);
  REQUIRE(plan);
  CHECK(plan->samples() == 512);
  CHECK(plan->ranks() <= 64);
}

TEST_CASE("an automatic plan of a model without tokens has a sample for each chip", "[scenario]") {
  const step::Task task = only_task(replaced(searched(R"("auto")"), "llama3_8b", "optimus_policy"));
  CHECK(task.request.batch.global_batch == 64);
}

TEST_CASE("a search keeps what the plan says besides", "[scenario]") {
  const step::Task task = only_task(searched(
      R"({"search": true, "global_batch": 128, "schedule": "gpipe", "precision": "fp8"})"));
  CHECK_FALSE(task.request.search);
  CHECK(task.request.batch.global_batch == 128);
  CHECK(task.request.schedule == "gpipe");
  CHECK(task.request.precision == hardware::Precision::fp8);
  CHECK(step::plan_on(task, 8)->samples() == 128);
}

TEST_CASE("searches for other batches are other tasks", "[scenario]") {
  const auto tasks = [](const std::string& one, const std::string& other) {
    return read_text(step_document(searched(one) + R"(}, "b": {)" + searched(other))).tasks.size();
  };
  CHECK(tasks(R"("auto")", R"("auto")") == 1);
  CHECK(tasks(R"({"search": true, "global_batch": 128})",
              R"({"search": true, "global_batch": 256})") == 2);
}

TEST_CASE("a search knows the samples of a step, and finds something", "[scenario]") {
  CHECK(problems(step_document(searched(R"({"search": true, "micro_batches": 4})"))) ==
        "a.json:5:92: /jobs/a/plan/search: a search needs to know the samples of a step; add "
        "\"global_batch\"");
  CHECK(problems(step_document(searched(R"({"search": true})"))) ==
        "a.json:5:92: /jobs/a/plan/search: a search needs to know the samples of a step; add "
        "\"global_batch\"");
  CHECK(problems(step_document(searched(R"("best")"))) ==
        "a.json:5:81: /jobs/a/plan: \"best\" is not known; known: auto");
  CHECK(problems(step_document(replaced(searched(R"("auto")", "8"), "llama3_8b", "llama3_405b"))) ==
        "a.json:5:82: /jobs/a/plan: no plan for llama3_405b on 8 accelerators fits memory and "
        "batch; use more chips, chips with more memory, or another global_batch");
  CHECK(problems(step_document(replaced(searched(R"({"search": true, "global_batch": 8})", "8"),
                                        "llama3_8b", "llama3_405b"))) ==
        "a.json:5:82: /jobs/a/plan: no plan for llama3_405b on 8 accelerators fits memory and "
        "batch; use more chips, chips with more memory, or another global_batch");
}
