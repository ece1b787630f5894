#include "support/histories.hpp"

namespace trainyard::worlds {

fleet::ChipChange all_in(ChipState state, double from_day, std::int64_t chips) {
  fleet::ChipChange change{.time = day(from_day)};
  change.chips[static_cast<std::size_t>(state)] = chips;
  return change;
}

std::vector<fleet::ChipChange> life_of_16() {
  std::vector<fleet::ChipChange> all{
      all_in(ChipState::ordered, -1, 16),   all_in(ChipState::shipping, 0.5, 16),
      all_in(ChipState::in_storage, 1, 16), all_in(ChipState::installing, 2, 16),
      all_in(ChipState::powered, 3, 16),    all_in(ChipState::powered, 9, 8),
      all_in(ChipState::retired, 10, 16)};
  all[5].chips[static_cast<std::size_t>(ChipState::failed)] = 8;
  return all;
}

step::Answer ten_seconds() {
  step::Answer answer;
  answer.duration = Seconds(10);
  const auto spend = [&](program::Activity activity, double seconds) {
    answer.spent[static_cast<std::size_t>(activity)] = Seconds(seconds);
  };
  spend(program::Activity::gemm, 6);
  spend(program::Activity::pipeline_wait, 1);
  spend(program::Activity::gradient_wait, 1);
  spend(program::Activity::input_wait, 1);
  spend(program::Activity::optimizer, 1);
  answer.ranks = 7;
  answer.left_over = 1;
  answer.samples = 70;
  answer.tokens = 7000;
  answer.model_work = Flops(7e15);
  answer.mfu = 0.4;
  return answer;
}

fleet::Allocation two_days() {
  return {.start = day(4),
          .computing = day(4.5),
          .end = day(6),
          .nodes = 1,
          .chips = 8,
          .left_over = 1,
          .spares = 4,
          .answer = 0,
          .productive = hours(30),
          .pauses = hours(4),
          .lost = hours(6),
          .unnoticed = hours(2),
          .checkpoints = 12,
          .ending = fleet::Ending::failure,
          .cause = 0};
}

Played broken_once() {
  Played played{world(12), {}};
  played.world.deliveries = {delivery(1, 2)};
  played.world.jobs = {job("fsd")};
  played.world.failures.causes = {{.name = "hbm", .component = "GPU"},
                                  {.name = "optics", .component = "network"},
                                  {.name = "xid", .component = "GPU"}};
  fleet::History& history = played.history;
  history.chips = life_of_16();
  fleet::StepUse use{.nodes = 1, .answer = ten_seconds()};
  history.answers = {use, use};
  history.answers[1].clock = 0.9;
  fleet::Allocation second{.start = day(7),
                           .computing = day(7),
                           .end = day(8),
                           .nodes = 1,
                           .chips = 8,
                           .left_over = 1,
                           .answer = 1,
                           .clock = 0.9,
                           .productive = days(1),
                           .ending = fleet::Ending::finished};
  history.allocations = {two_days(), second};
  history.jobs = {{.submitted = day(3.5),
                   .started = day(4),
                   .finished = day(8),
                   .samples = 7 * hours(48).value(),
                   .lost_samples = 7 * hours(6).value(),
                   .queued = days(1.5),
                   .interruptions = 1}};
  history.breakdowns = {{.time = day(5.9), .cause = 0, .job = 0, .nodes = 1},
                        {.time = day(9), .cause = 1, .nodes = 1},
                        {.time = day(9.5), .cause = 2, .nodes = 1}};
  return played;
}

}  // namespace trainyard::worlds
