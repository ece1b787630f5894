#include <catch2/catch.hpp>

#include "report/summary.hpp"

namespace trainyard::report {
namespace {

measure::StepRow row() {
  step::Answer answer;
  answer.duration = Seconds(2);
  answer.spent[static_cast<std::size_t>(program::Activity::forward)] = Seconds(0.5);
  answer.spent[static_cast<std::size_t>(program::Activity::backward)] = Seconds(1);
  answer.spent[static_cast<std::size_t>(program::Activity::gradient_wait)] = Seconds(0.5);
  answer.tensor = 8;
  answer.pipeline = 4;
  answer.data = 3;
  answer.micro_batches = 16;
  answer.ranks = 96;
  answer.left_over = 8;
  answer.samples = 48;
  answer.model_work = Flops(96 * 400e12 * 2);
  answer.memory = {.parameters = Bytes(16e9), .gradients = Bytes(32e9), .optimizer = Bytes(12e9)};
  answer.capacity = Bytes(75.2e9);
  answer.mfu = 0.4043;
  return {"", "fsd", "h100_sxm", 104, answer};
}

}  // namespace

TEST_CASE("a step's summary gives plan, speed, memory, and what the time goes to", "[report]") {
  CHECK(step_summary({row()}) ==
        "fsd: 104 h100_sxm, tensor 8 x pipeline 4 x data 3, 16 micro-batches\n"
        "  left over by plan: 8\n"
        "  step 2 s, 24 samples/s, 400.0 TFLOP/s per chip, MFU 40.4 %\n"
        "  memory 60 GB of 75.2 GB on the fullest chip\n"
        "  time goes to     time   share\n"
        "  forward        500 ms  25.0 %\n"
        "  backward          1 s  50.0 %\n"
        "  gradient_wait  500 ms  25.0 %\n");
}

TEST_CASE("variants are named, tokens told where a model counts them, what is nothing left out",
          "[report]") {
  measure::StepRow other = row();
  other.variant = "keep";
  other.answer.tokens = 98304;
  other.answer.left_over = 0;
  other.answer.spent = {};
  other.answer.spent[0] = Seconds(2);
  CHECK(step_summary({row(), other}) ==
        step_summary({row()}) +
            "\n"
            "keep: fsd: 104 h100_sxm, tensor 8 x pipeline 4 x data 3, 16 micro-batches\n"
            "  step 2 s, 24 samples/s, 4.915e+04 tokens/s, 400.0 TFLOP/s per chip, MFU 40.4 %\n"
            "  memory 60 GB of 75.2 GB on the fullest chip\n"
            "  time goes to  time    share\n"
            "  forward        2 s  100.0 %\n");
}

TEST_CASE("no steps have no summary", "[report]") {
  CHECK(step_summary({}).empty());
}

}  // namespace trainyard::report
