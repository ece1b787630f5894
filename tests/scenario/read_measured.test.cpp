#include "scenario/read_measured.hpp"

#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string header = "model,gpu_type,mbs,tp,layer,fwd_s,bwd_s,update_s\n";

// A model of one block beside the scenario: 10 lines stand before that of the plan.
std::string job(const std::string& measured, const std::string& more = "",
                const std::string& plan = "") {
  return step_document(
      R"("model": "one", "node": "dgx_h100", "chips": 8, "plan": {"micro_batches": 1)" + plan +
          R"(, "measured": )" + measured + "}" + more,
      R"("platforms": {"models": {"one": {"summary": "One block", "source": "made up",
    "kind": "dense_transformer", "layers": 1, "hidden": 1024, "heads": 16, "kv_heads": 16,
    "head_size": 64, "ffn": 4096, "gated_ffn": false, "vocabulary": 32000, "tied_head": false,
    "sequence": 2048}}})");
}

// Problems of a file with these rows.
std::string wrong(const std::string& rows, const std::string& measured = R"("m.csv")",
                  const std::string& first = header) {
  write(first + rows, "m.csv");
  return complaints(job(measured));
}

const std::string one_chip = "o,h,1,1,0,1,2,3\no,h,1,1,1,4,5,6\no,h,1,1,2,7,8,9\n";

parallelism::LayerTimes times_of(const std::string& text) {
  const Scenario scenario = read_text(text);
  REQUIRE(scenario.tasks.size() == 1);
  const auto measured = scenario.tasks[0].request.measured;
  REQUIRE(measured != nullptr);
  return *measured;
}

}  // namespace

TEST_CASE("layer times are read from a file beside the scenario", "[scenario]") {
  write("# A remark.\n" + header + "\n" + one_chip + "o,h,2,1,2,0.5,0.25,0\no,h,2,1,0,1e-3,0,0\n" +
            "o,h,2,1,1,2,3,0\n",
        "m.csv");
  const auto times = times_of(job(R"("m.csv")"));
  CHECK(times.name == "m.csv");
  CHECK(times.digest.size() == 64);
  REQUIRE(times.layers.size() == 2);
  const auto& first = times.layers.at({1, 1});
  CHECK(first.entry == parallelism::LayerTime{Seconds(1), Seconds(2), Seconds(3)});
  REQUIRE(first.blocks.size() == 1);
  CHECK(first.blocks[0] == parallelism::LayerTime{Seconds(4), Seconds(5), Seconds(6)});
  CHECK(first.exit == parallelism::LayerTime{Seconds(7), Seconds(8), Seconds(9)});
  // Rows stand in any order.
  CHECK(times.layers.at({2, 1}).entry.forward == Seconds(1e-3));
  CHECK(times.layers.at({2, 1}).exit.backward == Seconds(0.25));
}

TEST_CASE("a table without updates leaves them to the kernel model", "[scenario]") {
  write("layer,bwd_s,fwd_s,tp,mbs,host\n0,2,1,1,1,a\n1,2,1,1,1,b\n2,2,1,1,1,c\n", "m.csv");
  const auto times = times_of(job(R"("m.csv")"));
  CHECK(times.layers.at({1, 1}).entry ==
        parallelism::LayerTime{Seconds(1), Seconds(2), std::nullopt});
}

TEST_CASE("rows are chosen by model and accelerator", "[scenario]") {
  write(header + one_chip + replaced(one_chip, "o,h,", "o,a,") + replaced(one_chip, "o,h,", "p,h,"),
        "m.csv");
  const std::string chosen = job(R"({"file": "m.csv", "model": "o", "accelerator": "h"})");
  CHECK(times_of(chosen).layers.size() == 1);
  CHECK(complaints(job(R"("m.csv")")) ==
        "/jobs/a/plan/measured: m.csv has times of o, p; name one: {\"file\": \"m.csv\", "
        "\"model\": \"o\"}\n"
        "/jobs/a/plan/measured: m.csv has times of a, h; name one: {\"file\": \"m.csv\", "
        "\"accelerator\": \"a\"}");
  CHECK(complaints(job(R"({"file": "m.csv", "model": "oo", "accelerator": "b"})")) ==
        "/jobs/a/plan/measured/model: no row of m.csv is of \"oo\"; did you mean \"o\" or \"p\"?\n"
        "/jobs/a/plan/measured/accelerator: no row of m.csv is of \"b\"; did you mean \"a\" or "
        "\"h\"?");
}

TEST_CASE("each accelerator may have a table of its own", "[scenario]") {
  write(header + one_chip, "m.csv");
  CHECK(times_of(job(R"({"accelerators": {"h100_sxm": {"file": "m.csv"}}})")).layers.size() == 1);
  CHECK(complaints(job(R"({"accelerators": {"h100_sx": {"file": "m.csv"}}})")) ==
        "/jobs/a/plan/measured/accelerators/h100_sx: no node here has the accelerator "
        "\"h100_sx\"; did you mean \"h100_sxm\"?");
  const std::string other = R"({"accelerators": {"a100_80_sxm": {"file": "m.csv"}}})";
  CHECK(complaints(job(other, R"(}, "b": {"model": "one", "node": "dgx_a100", "chips": 8,
      "plan": {"micro_batches": 1})")) ==
        "/jobs/a/plan/measured: \"accelerators\" has no times of h100_sxm; add a table of that "
        "accelerator, or run on another");
}

TEST_CASE("equal plans of other times are other questions", "[scenario]") {
  write(header + one_chip, "m.csv");
  write(replaced(header + one_chip, ",9\n", ",10\n"), "n.csv");
  const auto two = [](const std::string& other) {
    return job(R"("m.csv")",
               R"(}, "b": {"model": "one", "node": "dgx_h100", "chips": 8,
      "plan": {"micro_batches": 1)" +
                   other + "}");
  };
  CHECK(read_text(two(R"(, "measured": "m.csv")")).tasks.size() == 1);
  CHECK(read_text(two(R"(, "measured": "n.csv")")).tasks.size() == 2);
  CHECK(read_text(two("")).tasks.size() == 2);
}

TEST_CASE("what makes a table unreadable is said where it stands", "[scenario]") {
  CHECK(wrong("", R"("none.csv")")
            .ends_with("none.csv\" cannot be read; name a file that is "
                       "there, from the scenario's folder"));
  write("", "m.csv");
  CHECK(problems(job(R"("m.csv")")) ==
        "m.csv: /jobs/a/plan/measured: the file is empty; name another one");
  write("# r\nmodel,mbs,tp,fwd_s\n", "m.csv");
  CHECK(problems(job(R"("m.csv")")) ==
        "m.csv:2:1: /jobs/a/plan/measured: the header has no layer, no bwd_s; it has model, mbs, "
        "tp, fwd_s: name the columns as docs/scenario.md does");
  CHECK(wrong("") == "/jobs/a/plan/measured: the file has no rows; name another one");
  CHECK(wrong("0,1,1,1,1\n", R"({"file": "m.csv", "model": "o"})", "layer,mbs,tp,fwd_s,bwd_s\n") ==
        "/jobs/a/plan/measured/model: m.csv has no column \"model\"; leave it out, or add the "
        "column");
}

TEST_CASE("all that is wrong with rows is said at once", "[scenario]") {
  write(header +
            "o,h,1,1,0,1,2,3\n"
            "o,h,1,1,1,-4,5,6\n"
            "o,h,1,1,0,7,8,9\n"
            "o,h,1,2,0,1,x,1\n"
            "o,h,0,1,0,1,1,1\n"
            "o,h,1,1.5,0,1,1,1\n"
            "o,h,1,1\n"
            "o,h,1,1,3,1,1,1\n"
            "o,h,4,1,0,1,1,nan\n"
            "o,h,4,1,0,1,1,1\n",
        "m.csv");
  CHECK(problems(job(R"({"file": "m.csv"})")) ==
        "m.csv:3:1: /jobs/a/plan/measured/file: a row has a fwd_s that is no time in seconds: "
        "\"-4\"; give seconds, 0 or more\n"
        "m.csv:4:1: /jobs/a/plan/measured/file: a row has the mbs, tp and layer of another: 1, 1 "
        "and 0 on line 2; keep one of them\n"
        "m.csv:5:1: /jobs/a/plan/measured/file: a row has a bwd_s that is no time in seconds: "
        "\"x\"; give seconds, 0 or more\n"
        "m.csv:6:1: /jobs/a/plan/measured/file: a row has a mbs that is no whole number from 1: "
        "\"0\"; correct it\n"
        "m.csv:7:1: /jobs/a/plan/measured/file: a row has a tp that is no whole number from 1: "
        "\"1.5\"; correct it\n"
        "m.csv:8:1: /jobs/a/plan/measured/file: a row has too few fields: 4 of 8; correct it\n"
        "m.csv:9:1: /jobs/a/plan/measured/file: a row has a layer without the one before it: 3 at "
        "mbs 1 and tp 1, where 1 is missing; number the entry 0, and on to the exit without gaps\n"
        "m.csv:10:1: /jobs/a/plan/measured/file: a row has a update_s that is no time in seconds: "
        "\"nan\"; give seconds, 0 or more\n"
        "m.csv:11:1: /jobs/a/plan/measured/file: a row has no layer between entry and exit: 1 "
        "rows at mbs 4 and tp 1; number the entry 0, and on to the exit");
}

TEST_CASE("a plan that its table does not have is an error of the plan", "[scenario]") {
  write(header + one_chip + "o,h,2,1,0,1,1,1\no,h,2,1,1,1,1,1\no,h,2,1,2,1,1,1\no,h,2,1,3,1,1,1\n",
        "m.csv");
  CHECK(complaints(job(R"("m.csv")", "", R"(, "micro_batch": 4)")) ==
        "/jobs/a/plan/measured: m.csv has no times for micro_batch 4 with tensor 1; it has "
        "micro_batch 1 with tensor 1; micro_batch 2 with tensor 1; use one of these, or measure "
        "it\n"
        "/jobs/a/plan/measured: m.csv has 4 layers at micro_batch 2 with tensor 1, one has 1 "
        "between entry and exit; give 3: entry, layers and exit");
}

TEST_CASE("a search keeps to what was measured", "[scenario]") {
  write(header + one_chip, "m.csv");
  const Scenario scenario = read_text(replaced(job(R"("m.csv")"), R"("micro_batches": 1)",
                                               R"("search": true, "global_batch": 16)"));
  REQUIRE(scenario.tasks.size() == 1);
  CHECK(scenario.tasks[0].request.tensor == 1);
  CHECK(scenario.tasks[0].request.batch.micro_batch == 1);
}

TEST_CASE("what is no table is refused with its kind", "[scenario]") {
  CHECK(complaints(job(R"({"accelerators": {}})")) ==
        "/jobs/a/plan/measured/accelerators: no accelerator is named; name one, or leave "
        "\"measured\" out for the kernel model");
  CHECK(complaints(job("3")).find("/jobs/a/plan/measured") != std::string::npos);
  CHECK(complaints(job(R"({"model": "o"})")).find("/jobs/a/plan/measured: missing \"file\"") !=
        std::string::npos);
}
