#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// "known: a, b, c".
std::string all_models() {
  std::string text = "known: ";
  for (const std::string& name : library().names("models")) text += name + ", ";
  return text.substr(0, text.size() - 2);
}

}  // namespace

TEST_CASE("an unknown name is met with the nearest of its kind", "[scenario]") {
  CHECK(problems(Fleet{.site = R"("use": "giga_texs")"}.text()) ==
        "a.json:4:31: /sites/austin/use: unknown name \"giga_texs\" among platforms/sites; did you "
        "mean \"giga_texas\"?");
  CHECK(problems(step_document(replaced(good_job, "dgx_h100", "dgx_h10"))) ==
        "a.json:5:48: /jobs/a/node: unknown name \"dgx_h10\" among platforms/nodes; did you mean "
        "\"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?");
  CHECK(problems(step_document(replaced(good_job, "llama3_8b", "lama3_8b"))) ==
        "a.json:5:27: /jobs/a/model: unknown name \"lama3_8b\" among platforms/models; did you "
        "mean \"llama3_8b\"?");
  CHECK(problems(platform("nodes", "n", R"("use": "dgx_h100", "accelerator": "h100_smx")")) ==
        "a.json:4:67: /platforms/nodes/n/accelerator: unknown name \"h100_smx\" among "
        "platforms/accelerators; did you mean \"h100_sxm\"?");
  CHECK(problems(platform("nodes", "n", R"("use": "dgx_h100", "fabric": "rail_optimized")")) ==
        "a.json:4:62: /platforms/nodes/n/fabric: unknown name \"rail_optimized\" among "
        "platforms/fabrics; did you mean \"rail_optimised\"?");
  CHECK(problems(platform("accelerators", "c", R"("use": "h100")")) ==
        "a.json:4:47: /platforms/accelerators/c/use: unknown name \"h100\" among "
        "platforms/accelerators; did you mean \"h100_96_hbm2e\" or \"h100_sxm\" or "
        "\"b300\"?");
}

TEST_CASE("an unknown name near to none is met with all", "[scenario]") {
  CHECK(problems(step_document(replaced(good_job, "llama3_8b", "zzz"))) ==
        "a.json:5:27: /jobs/a/model: unknown name \"zzz\" among platforms/models; " + all_models());
  CHECK(problems(Fleet{.site = R"("use": "x")"}.text()) ==
        "a.json:4:31: /sites/austin/use: unknown name \"x\" among platforms/sites; known: "
        "giga_newyork, giga_texas, memphis, palo_alto, sacramento");
}

TEST_CASE("a name defined in the scenario is known", "[scenario]") {
  CHECK(problems(step_document(replaced(good_job, "llama3_8b", "mine"),
                               R"("platforms": {"models": {"mine": {"use": "llama3_8b"}}})")) ==
        "");
  CHECK(problems(step_document(replaced(good_job, "llama3_8b", "mien"),
                               R"("platforms": {"models": {"mine": {"use": "llama3_8b"}}})")) ==
        "a.json:5:27: /jobs/a/model: unknown name \"mien\" among platforms/models; did you mean "
        "\"mine\"?");
}

TEST_CASE("the rest of a document with an unknown name is read, as if it were the nearest",
          "[scenario]") {
  CHECK(
      problems(Fleet{.site = R"("use": "giga_texs", "pue": 0.5)",
                     .delivery = replaced(replaced(a_delivery, "dgx_h100", "dgx_h10"), "64", "60"),
                     .job = replaced(replaced(a_job, "llama3_8b", "llama3_8x"), R"("all")", "0"),
                     .plan = R"("tensor": 3, "micro_batches": 4)"}
                   .text()) ==
      "a.json:4:31: /sites/austin/use: unknown name \"giga_texs\" among platforms/sites; did you "
      "mean \"giga_texas\"?\n"
      "a.json:4:51: /sites/austin/pue: 0.5 is below the least allowed, 1\n"
      "a.json:5:32: /deliveries/d/node: unknown name \"dgx_h10\" among platforms/nodes; did you "
      "mean \"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?\n"
      "a.json:5:59: /deliveries/d/accelerators: 60 is no multiple of the 8 accelerators of a "
      "dgx_h10; use 56?\n"
      "a.json:6:27: /jobs/j/model: unknown name \"llama3_8x\" among platforms/models; did you mean "
      "\"llama3_8b\" or \"llama2_7b\" or \"llama3_70b\"?\n"
      "a.json:6:88: /jobs/j/chips: 0 is below the least allowed, 1");
}

TEST_CASE("a name is no path", "[scenario]") {
  CHECK(
      problems(step_document(replaced(good_job, "llama3_8b", "../models/llama3_8b"))) ==
      "a.json:5:27: /jobs/a/model: unknown name \"../models/llama3_8b\" among platforms/models; " +
          all_models());
  CHECK(problems(step_document(
            replaced(good_job, "llama3_8b",
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))) ==
        "a.json:5:27: /jobs/a/model: unknown name "
        "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" among platforms/models; " +
            all_models());
  CHECK(problems(step_document(replaced(good_job, "llama3_8b", ""))) ==
        "a.json:5:27: /jobs/a/model: unknown name \"\" among platforms/models; " + all_models());
}
