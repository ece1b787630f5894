// Small hand-made steps for the tests of this folder.
#pragma once

#include "report/step_detail.hpp"

namespace trainyard::report::examples {

inline void spend(std::array<Seconds, program::activities>& spent, program::Activity activity,
                  double seconds) {
  spent[static_cast<std::size_t>(activity)] = Seconds(seconds);
}

// 2 s on 96 H100: half of it gemm, an eighth the bubble.
inline measure::StepRow row() {
  step::Answer answer;
  answer.duration = Seconds(2);
  spend(answer.spent, program::Activity::gemm, 1);
  spend(answer.spent, program::Activity::attention, 0.25);
  spend(answer.spent, program::Activity::gradient_wait, 0.5);
  spend(answer.spent, program::Activity::pipeline_wait, 0.125);
  spend(answer.spent, program::Activity::finished, 0.125);
  answer.tensor = 8;
  answer.pipeline = 4;
  answer.data = 3;
  answer.micro_batches = 16;
  answer.ranks = 96;
  answer.samples = 48;
  answer.model_work = Flops(96 * 400e12 * 2);
  answer.hardware_work = Flops(96 * 500e12 * 2);
  answer.energy = Joules(192e3);
  answer.memory = {.parameters = Bytes(16e9), .gradients = Bytes(32e9), .optimizer = Bytes(12e9)};
  answer.capacity = Bytes(75.2e9);
  answer.mfu = 0.4043;
  answer.hfu = 0.5054;
  return {.job = "fsd",
          .accelerator = "h100_sxm",
          .chips = 96,
          .answer = answer,
          .weakest_input = "assumed"};
}

inline measure::StepRow collective() {
  measure::StepRow row{.job = "ring", .accelerator = "h100_sxm", .chips = 16};
  row.answer.duration = Seconds(0.01);
  row.answer.ranks = 16;
  row.answer.energy = Joules(100);
  spend(row.answer.spent, program::Activity::gradient_wait, 0.01);
  row.exchange = {collective::Operation::all_reduce, Bytes(1e9)};
  return row;
}

inline step::StageReport stage(std::int64_t number, double bubble, double parameters) {
  step::StageReport stage{.stage = number, .ranks = 24};
  spend(stage.spent, program::Activity::gemm, 2 - bubble);
  spend(stage.spent, program::Activity::pipeline_wait, bubble);
  stage.memory.parameters = Bytes(parameters);
  stage.capacity = Bytes(75.2e9);
  return stage;
}

}  // namespace trainyard::report::examples
