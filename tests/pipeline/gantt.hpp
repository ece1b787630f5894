// Schedules as pictures: one line for each stage, one column for each unit of time. A forward pass
// is the micro-batch's digit, a backward pass its letter; dots wait.
#pragma once

#include <string>
#include <vector>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

inline constexpr std::int64_t not_yet = -1;

// When each pass of each stage ends where passes take one unit and transfers none; a pass starts as
// soon as its stage is free and its input there.
class Gantt {
 public:
  Gantt(const ScheduleRow& schedule, std::int64_t stages, std::int64_t micro_batches)
      : stages_(stages) {
    for (std::int64_t s = 0; s < stages; ++s) {
      orders_.push_back(schedule.blocks({s, stages, micro_batches}));
      for (auto* ends : {&forward_ends_, &backward_ends_}) {
        ends->emplace_back(static_cast<std::size_t>(micro_batches), not_yet);
      }
    }
    play();
  }

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  // False where a stage waits for something that never comes.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  [[nodiscard]] bool ready(std::size_t stage, const Block& block, std::int64_t time) const {
    const auto at = static_cast<std::size_t>(block.micro_batch);
    const auto ended = [time](std::int64_t end) { return end != not_yet && end <= time; };
    if (block.pass == Pass::forward) return stage == 0 || ended(forward_ends_[stage - 1][at]);
    if (stage + 1 == static_cast<std::size_t>(stages_)) return ended(forward_ends_[stage][at]);
    return ended(backward_ends_[stage + 1][at]);
  }

  void play() {
    std::vector<std::size_t> counter(orders_.size(), 0);
    lines_.resize(orders_.size());
    bool open = true;
    for (std::int64_t time = 0; open; ++time) {
      open = false;
      bool moved = false;
      for (std::size_t s = 0; s < orders_.size(); ++s) {
        if (counter[s] == orders_[s].size()) continue;
        open = true;
        const Block& block = orders_[s][counter[s]];
        if (!ready(s, block, time)) {
          lines_[s] += '.';
          continue;
        }
        const bool forward = block.pass == Pass::forward;
        lines_[s] += static_cast<char>((forward ? '0' : 'a') + block.micro_batch);
        auto& ends = forward ? forward_ends_ : backward_ends_;
        ends[s][static_cast<std::size_t>(block.micro_batch)] = time + 1;
        ++counter[s];
        moved = true;
      }
      if (open && !moved) return;
    }
    complete_ = true;
  }

  std::int64_t stages_;
  std::vector<std::vector<Block>> orders_;
  std::vector<std::vector<std::int64_t>> forward_ends_;   // [stages][micro-batches]
  std::vector<std::vector<std::int64_t>> backward_ends_;  // [stages][micro-batches]
  std::vector<std::string> lines_;
  bool complete_ = false;
};

}  // namespace trainyard::pipeline
