#include <catch2/catch.hpp>

#include "report/steps.hpp"
#include "report/summary.hpp"

namespace trainyard::report {
namespace {

constexpr const char* time_goes_to =
    "  time goes to           average   share\n"
    "  compute                 1.25 s  62.5 %\n"
    "    matrix products          1 s  50.0 %\n"
    "    attention             250 ms  12.5 %\n"
    "  exposed communication   500 ms  25.0 %\n"
    "    gradients             500 ms  25.0 %\n"
    "  bubble                  250 ms  12.5 %\n"
    "    waiting for a stage   125 ms   6.2 %\n"
    "    done before others    125 ms   6.2 %\n";

measure::StepRow near() {
  measure::StepRow row = examples::row();
  row.band = {.family = "h100_sxm/mlperf_nemo",
              .of = {.rows = 12, .low = 0.95, .middle = 1.01, .high = 1.1, .largest = 512},
              .extrapolated = false};
  row.weakest_input = "secondary";
  return row;
}

// The line "measured" and what goes on below it.
std::string measured(const measure::StepRow& row) {
  const std::string text = step_summary({row});
  const std::size_t begin = text.find("  measured ");
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find("  compute ") - begin);
}

}  // namespace

TEST_CASE("a step's summary gives plan, speed, energy, memory, and what the time goes to",
          "[report]") {
  measure::StepRow row = examples::row();
  row.chips = 104;
  row.answer.left_over = 8;
  CHECK(step_summary({row}) ==
        std::string("fsd: 104 h100_sxm\n"
                    "  plan       tensor 8 x pipeline 4 x data 3, 16 micro-batches\n"
                    "  step       2 s, 24 samples/s\n"
                    "  measured   nothing to compare with; weakest input assumed\n"
                    "  compute    400.0 TFLOP/s a chip, MFU 40.4 %, HFU 50.5 %\n"
                    "  energy     192 kJ a step, 4 kJ a sample\n"
                    "  memory     60 GB of 75.2 GB on the fullest chip\n"
                    "  left over  8 chips that the plan cannot use\n") +
            time_goes_to);
}

TEST_CASE("variants are named, and degrees and tokens where there are some", "[report]") {
  measure::StepRow row = examples::row();
  row.variant = "keep";
  row.answer.context = 2;
  row.answer.expert = 4;
  row.answer.micro_batches = 1;
  row.answer.tokens = 98304;
  row.answer.exact = false;
  CHECK(step_summary({row}) ==
        std::string("keep: fsd: 96 h100_sxm\n"
                    "  plan       tensor 8 x context 2 x pipeline 4 x data 3, expert 4, "
                    "1 micro-batch\n"
                    "  step       2 s, 24 samples/s, 49152 tokens/s\n"
                    "  measured   nothing to compare with; weakest input assumed\n"
                    "  compute    400.0 TFLOP/s a chip, MFU 40.4 %, HFU 50.5 %\n"
                    "  energy     192 kJ a step, 4 kJ a sample, 1.953 J a token\n"
                    "  memory     60 GB of 75.2 GB on the fullest chip\n"
                    "  folded     closely, not exactly: many ranks differ\n") +
            time_goes_to);
}

TEST_CASE("what 8 of 10 measured steps of the like took is the predicted time, longer or shorter",
          "[report]") {
  measure::StepRow row = near();
  CHECK(measured(row) ==
        "  measured   1.9 s to 2.2 s by 8 of 10 steps measured:\n"
        "             12 of h100_sxm/mlperf_nemo; weakest input secondary\n");
  row.band.family = "mlperf_nemo";
  row.band.extrapolated = true;
  CHECK(measured(row) ==
        "  measured   1.9 s to 2.2 s by 8 of 10 steps measured:\n"
        "             12 of mlperf_nemo, extrapolated; weakest input secondary\n");
}

TEST_CASE("an input that nothing is known of is not named", "[report]") {
  measure::StepRow row = near();
  row.weakest_input.clear();
  CHECK(measured(row) ==
        "  measured   1.9 s to 2.2 s by 8 of 10 steps measured:\n"
        "             12 of h100_sxm/mlperf_nemo\n");
  row.band = {};
  CHECK(measured(row) == "  measured   nothing to compare with\n");
}

TEST_CASE("long names of measured steps have a line of their own within 80 columns", "[report]") {
  measure::StepRow row = near();
  row.band.family = "h100_96_hbm2e/megatron_deepspeed_2022";
  row.weakest_input = "assumed";
  CHECK(measured(row) ==
        "  measured   1.9 s to 2.2 s by 8 of 10 steps measured:\n"
        "             12 of h100_96_hbm2e/megatron_deepspeed_2022; weakest input assumed\n");
  row.band.extrapolated = true;
  CHECK(measured(row) ==
        "  measured   1.9 s to 2.2 s by 8 of 10 steps measured:\n"
        "             12 of h100_96_hbm2e/megatron_deepspeed_2022, extrapolated;\n"
        "             weakest input assumed\n");
}

TEST_CASE("a blank line parts steps, and no steps have no summary", "[report]") {
  const std::string one = step_summary({examples::row()});
  CHECK(step_summary({examples::row(), examples::row()}) == one + "\n" + one);
  CHECK(step_summary({}).empty());
}

TEST_CASE("a collective has bandwidths in place of samples and FLOP", "[report]") {
  CHECK(step_summary({examples::collective()}) ==
        "ring: 16 h100_sxm\n"
        "  exchange   all_reduce of 1 GB by 16 ranks\n"
        "  time       10 ms\n"
        "  bandwidth  100 GB/s algorithm, 187.5 GB/s bus\n"
        "  energy     100 J\n");
}

TEST_CASE("a collective of one rank takes no time and has no bandwidth", "[report]") {
  measure::StepRow row = examples::collective();
  row.answer = {};
  row.answer.ranks = 1;
  CHECK(step_summary({row}) ==
        "ring: 16 h100_sxm\n"
        "  exchange   all_reduce of 1 GB by 1 ranks\n"
        "  time       0 s\n"
        "  energy     0 J\n");
}

}  // namespace trainyard::report
