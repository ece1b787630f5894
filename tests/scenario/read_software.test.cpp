// Software profiles: how they are read, and what they say where a plan or a model does not.
#include "scenario/read_software.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// A job on the profile "mine", of these members.
std::string profiled(const std::string& members, const std::string& plan = "",
                     const std::string& model = "llama3_8b") {
  return step_document(R"("model": ")" + model + R"(", "node": "dgx_h100", "chips": 64,
    "software": "mine", "plan": {"tensor": 8, "micro_batches": 1)" +
                           plan + "}",
                       R"("platforms": {"software": {"mine": {"summary": "s")" + members + "}}}");
}

step::Task only_task(const std::string& text) {
  const Scenario scenario = read_text(text);
  REQUIRE(scenario.tasks.size() == 1);
  return scenario.tasks.front();
}

bool writes_scores(const step::Task& task) {
  const auto& operators = task.model.block(0).operators;
  return std::any_of(operators.begin(), operators.end(),
                     [](const model::Operator& op) { return op.name == "softmax"; });
}

const std::string other_habits = R"(, "overlap_gradients": false, "overlap_parameters": false,
                                     "overlap_tensor": false, "gradient_precision": "bf16")";

}  // namespace

TEST_CASE("a profile is what its file says", "[scenario]") {
  const step::Task task = only_task(
      profiled(R"(, "attention": "unfused", "fused_updates": false, "grouped_experts": false,
    "gemm_quality": 0.9, "attention_quality": 1.5, "stream_traffic": 2, "host": "6 us",
    "tensor_overlap": 0.25, "interference": 0.125)" +
               other_habits));
  const parallelism::Software& software = task.request.software;
  CHECK(software.name == "mine");
  CHECK(software.attention == parallelism::AttentionKind::unfused);
  CHECK_FALSE(software.fused_updates);
  CHECK_FALSE(software.grouped_experts);
  CHECK(software.optimizer_traffic() == Bytes(60));
  CHECK(software.gemm_quality == 0.9);
  CHECK(software.attention_quality == 1.5);
  CHECK(software.stream_traffic == 2);
  CHECK(software.host == Seconds(6e-6));
  CHECK(software.tensor_overlap == 0.25);
  CHECK(software.interference == 0.125);
  CHECK_FALSE(software.overlap_gradients);
  CHECK_FALSE(software.overlap_parameters);
  CHECK(software.gradient_precision == hardware::Precision::bf16);
}

TEST_CASE("a profile that says nothing is neutral", "[scenario]") {
  const parallelism::Software software = only_task(profiled("")).request.software;
  const parallelism::Software neutral;
  CHECK(software.attention == neutral.attention);
  CHECK(software.fused_updates);
  CHECK(software.grouped_experts);
  CHECK(software.optimizer_traffic() == Bytes(30));
  CHECK(software.gemm_quality == 1);
  CHECK(software.attention_quality == 1);
  CHECK(software.stream_traffic == 1);
  CHECK(software.host == Seconds(0));
  CHECK(software.tensor_overlap == 0);
  CHECK(software.interference == 0);
}

TEST_CASE("a profile may build on a file", "[scenario]") {
  const parallelism::Software software =
      only_task(replaced(profiled(R"(, "host": "1 us")"), R"("summary": "s")",
                         R"("use": "megatron_lm_2021")"))
          .request.software;
  CHECK(software.attention == parallelism::AttentionKind::unfused);
  CHECK(software.host == Seconds(1e-6));
}

TEST_CASE("numbers of a profile have limits", "[scenario]") {
  for (const auto& [member, problem] :
       {std::pair{R"("gemm_quality": 0.1)", "gemm_quality: 0.1 is below the least allowed, 0.2"},
        {R"("gemm_quality": 2)", "gemm_quality: 2 is above the most allowed, 1.5"},
        {R"("attention_quality": 4)", "attention_quality: 4 is above the most allowed, 3"},
        {R"("stream_traffic": 0)", "stream_traffic: 0 is below the least allowed, 0.5"},
        {R"("host": "2 ms")", "host: 2 ms is above the most allowed, 1 ms"},
        {R"("tensor_overlap": 1.5)", "tensor_overlap: 1.5 is above the most allowed, 1"},
        {R"("interference": -0.1)", "interference: -0.1 is below the least allowed, 0"}}) {
    CHECK(problems(profiled(std::string(", ") + member))
              .ends_with(std::string("/platforms/software/mine/") + problem));
  }
  CHECK(
      problems(profiled(R"(, "attention": "flash")"))
          .ends_with(
              R"(/software/mine/attention: "flash" is not known; known: fused, portable, unfused)"));
  CHECK(problems(profiled(R"(, "gemm_qualty": 0.9)"))
            .ends_with(R"(unknown key "gemm_qualty"; did you mean "gemm_quality"?)"));
}

TEST_CASE("a name that is no software's suggests the nearest", "[scenario]") {
  const std::string job = good_job + R"(, "software": "mlperf_nemoo")";
  CHECK(problems(step_document(job))
            .ends_with(R"(/jobs/a/software: unknown name "mlperf_nemoo" among platforms/software; )"
                       R"(did you mean "mlperf_nemo"?)"));
}

TEST_CASE("a job that names no software runs the usual one", "[scenario]") {
  const step::Task unnamed = only_task(step_document(good_job));
  CHECK(unnamed.request.software.name == usual_software);
  const step::Task named =
      only_task(step_document(good_job + R"(, "software": ")" + usual_software + "\""));
  CHECK(named.identity == unnamed.identity);
}

TEST_CASE("without a library's profile a job runs neutral software", "[scenario]") {
  const std::string bare = folder() / "bare";
  std::filesystem::create_directory(bare);
  for (const std::string& kind : platform_kinds()) {
    if (kind == "software") continue;
    std::filesystem::copy(project + "/platforms/" + kind, bare + "/" + kind,
                          std::filesystem::copy_options::recursive);
  }
  Library files({bare});
  const Scenario scenario = read({.path = write(step_document(good_job))}, files);
  const parallelism::Software& software = scenario.tasks.at(0).request.software;
  CHECK(software.name.empty());
  CHECK(software.host == Seconds(0));
  CHECK(software.tensor_overlap == 0);
}

TEST_CASE("a plan does what its software does unless it says otherwise", "[scenario]") {
  const parallelism::Request usual = only_task(profiled("")).request;
  CHECK(usual.overlap_gradients);
  CHECK(usual.overlap_parameters);
  CHECK(usual.overlap_tensor);
  CHECK(usual.gradient_precision == hardware::Precision::fp32);
  const parallelism::Request habits = only_task(profiled(other_habits)).request;
  CHECK_FALSE(habits.overlap_gradients);
  CHECK_FALSE(habits.overlap_parameters);
  CHECK_FALSE(habits.overlap_tensor);
  CHECK(habits.gradient_precision == hardware::Precision::bf16);
  const parallelism::Request said =
      only_task(profiled(other_habits, R"(, "overlap_gradients": true, "overlap_parameters": true,
                                           "overlap_tensor": true, "gradient_precision": "fp32")"))
          .request;
  CHECK(said.overlap_gradients);
  CHECK(said.overlap_parameters);
  CHECK(said.overlap_tensor);
  CHECK(said.gradient_precision == hardware::Precision::fp32);
}

TEST_CASE("a plan that is searched for keeps its software's habits", "[scenario]") {
  const step::Task task = only_task(step_document(
      R"("model": "llama3_8b", "node": "dgx_h100", "chips": 64,
                                 "software": "mine", "plan": "auto")",
      R"("platforms": {"software": {"mine": {"summary": "s")" + other_habits + "}}}"));
  CHECK(task.request.software.name == "mine");
  CHECK_FALSE(task.request.overlap_gradients);
  CHECK(task.request.gradient_precision == hardware::Precision::bf16);
}

TEST_CASE("portable kernels keep scores on the chip", "[scenario]") {
  const step::Task task = only_task(profiled(R"(, "attention": "portable")"));
  CHECK(task.request.software.attention == parallelism::AttentionKind::portable);
  CHECK_FALSE(writes_scores(task));
}

TEST_CASE("software says whether attention is fused only where the model does not", "[scenario]") {
  const std::string unfused = R"(, "attention": "unfused")";
  CHECK_FALSE(writes_scores(only_task(profiled(""))));
  CHECK(writes_scores(only_task(profiled(unfused))));
  CHECK(writes_scores(only_task(profiled("", R"(, "recompute": "full")", "megatron_1_7b"))));
  const std::string says_fused = R"("platforms": {"models": {"m": {"use": "llama3_8b",
      "attention": "fused"}}, )";
  CHECK_FALSE(writes_scores(
      only_task(replaced(profiled(unfused, "", "m"), R"("platforms": {)", says_fused))));
}

// Models that have no such choice stay as they are.
TEST_CASE("software changes no attention of a table of operators", "[scenario]") {
  const std::string table = R"("platforms": {"models": {"m": {"summary": "s", "kind": "operators",
      "layers": 2, "heads": 8, "parameters": 1e6, "boundary": "1 kB", "operators": {"attention": {
      "kind": "attention", "work": "1 TFLOP", "bytes": "1 MB"}}}}, )";
  const std::string text =
      replaced(profiled(R"(, "attention": "unfused")", "", "m"), R"("platforms": {)", table);
  CHECK(problems(text) == "");
}

TEST_CASE("a task is another one where its software does something else", "[scenario]") {
  const std::string one = only_task(profiled("")).identity;
  CHECK(only_task(profiled("")).identity == one);
  CHECK(only_task(profiled(R"(, "host": "1 us")")).identity != one);
  CHECK(only_task(profiled(R"(, "attention": "unfused")")).identity != one);
  CHECK(only_task(step_document(good_job)).identity != one);
}

// The two plans read alike but for what the first leaves to its software.
TEST_CASE("a plan that says what its software does not is another task", "[scenario]") {
  const std::string job = R"("model": "llama3_8b", "node": "dgx_h100", "chips": 64,
    "software": "mine", "plan": {"tensor": 8, "micro_batches": 1)";
  const Scenario both = read_text(step_document(
      job + R"(}}, "b": {)" + job + R"(, "overlap_gradients": true})",
      R"("platforms": {"software": {"mine": {"summary": "s")" + other_habits + "}}}"));
  REQUIRE(both.tasks.size() == 2);
  CHECK_FALSE(both.tasks[0].request.overlap_gradients);
  CHECK(both.tasks[1].request.overlap_gradients);
}
