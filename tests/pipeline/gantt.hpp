// Schedules as pictures and as times: what happens where every pass takes its time and messages
// take none. A pass starts as soon as its stage is free and its input there.
//
// A picture has one line for each chunk of each stage (all chunks of stage 0, then of stage 1, ...)
// and one column for each unit of time. A forward pass is the micro-batch's digit, `backward` and
// `input_gradient` its small letter (a is micro-batch 0), `weight_gradient` its capital letter. A
// dot waits; a space means that another chunk of the same stage works. Ends are trimmed.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

// Of one chunk, in units of time. `backward` takes both gradients' time.
struct Durations {
  std::int64_t forward = 1;
  std::int64_t input_gradient = 1;
  std::int64_t weight_gradient = 1;
};

class Gantt {
 public:
  // `shape.stage` does not matter.
  Gantt(const ScheduleRow& row, Stage shape, Durations durations = {});

  // False where a stage waits for something that never comes; the times then mean nothing.
  [[nodiscard]] bool complete() const;
  [[nodiscard]] std::vector<std::string> lines() const;
  // What the step takes beyond the work of one stage (all stages work alike).
  [[nodiscard]] std::int64_t bubble() const;
  // The longest wait of a stage between its first block and its last, all its waits together.
  // ZB-V's paper calls this the bubble.
  [[nodiscard]] std::int64_t inner_bubble() const;

 private:
  struct Played {
    Block block;
    std::int64_t start;
    std::int64_t end;
  };
  // Both kinds of backward pass answer as input_gradient.
  using Key = std::tuple<Pass, std::int64_t, std::int64_t>;  // pass, micro-batch, piece

  [[nodiscard]] std::int64_t duration(Pass pass) const;
  [[nodiscard]] Key key(Pass pass, std::int64_t micro_batch, Spot spot) const;
  // When the block's input is there; none as long as nothing says.
  [[nodiscard]] std::optional<std::int64_t> input_ready(std::int64_t stage,
                                                        const Block& block) const;
  // Plays blocks until the stage has to wait; returns how many.
  std::size_t advance(std::int64_t stage);
  [[nodiscard]] std::int64_t work() const;

  const ScheduleRow& row_;
  Stage shape_;
  Durations durations_;
  std::vector<std::vector<Block>> orders_;   // [stages]
  std::vector<std::vector<Played>> played_;  // [stages]
  std::map<Key, std::int64_t> ends_;
};

}  // namespace trainyard::pipeline
