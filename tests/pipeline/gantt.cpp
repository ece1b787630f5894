#include "pipeline/gantt.hpp"

#include <algorithm>

namespace trainyard::pipeline {
namespace {

char letter(const Block& block) {
  const char first = block.pass == Pass::forward           ? '0'
                     : block.pass == Pass::weight_gradient ? 'A'
                                                           : 'a';
  return static_cast<char>(first + block.micro_batch);
}

}  // namespace

Gantt::Gantt(const ScheduleRow& row, Stage shape, Durations durations)
    : row_(row),
      shape_(shape),
      durations_(durations),
      played_(static_cast<std::size_t>(shape.stages)) {
  for (shape.stage = 0; shape.stage < shape.stages; ++shape.stage) {
    orders_.push_back(row.blocks(shape));
  }
  std::size_t moved = 1;
  while (moved > 0) {
    moved = 0;
    for (std::int64_t stage = 0; stage < shape.stages; ++stage) moved += advance(stage);
  }
}

std::int64_t Gantt::duration(Pass pass) const {
  switch (pass) {
    case Pass::forward:
      return durations_.forward;
    case Pass::backward:
      return durations_.input_gradient + durations_.weight_gradient;
    case Pass::input_gradient:
      return durations_.input_gradient;
    case Pass::weight_gradient:
      return durations_.weight_gradient;
  }
  return 0;
}

Gantt::Key Gantt::key(Pass pass, std::int64_t micro_batch, Spot spot) const {
  return {pass == Pass::backward ? Pass::input_gradient : pass, micro_batch,
          piece_at(row_.layout, spot, shape_.stages)};
}

std::optional<std::int64_t> Gantt::input_ready(std::int64_t stage, const Block& block) const {
  const Spot here{stage, block.chunk};
  Key needed = key(Pass::input_gradient, block.micro_batch, here);
  if (block.pass == Pass::forward) {
    const auto from = previous(row_.layout, here, shape_.stages, shape_.chunks);
    if (!from) return 0;
    needed = key(Pass::forward, block.micro_batch, *from);
  } else if (block.pass != Pass::weight_gradient) {
    const auto from = next(row_.layout, here, shape_.stages, shape_.chunks);
    needed = from ? key(Pass::input_gradient, block.micro_batch, *from)
                  : key(Pass::forward, block.micro_batch, here);
  }
  const auto found = ends_.find(needed);
  if (found == ends_.end()) return std::nullopt;
  return found->second;
}

std::size_t Gantt::advance(std::int64_t stage) {
  const std::vector<Block>& order = orders_[static_cast<std::size_t>(stage)];
  std::vector<Played>& played = played_[static_cast<std::size_t>(stage)];
  const std::size_t before = played.size();
  while (played.size() < order.size()) {
    const Block& block = order[played.size()];
    const auto ready = input_ready(stage, block);
    if (!ready) break;
    const std::int64_t start = std::max(*ready, played.empty() ? 0 : played.back().end);
    played.push_back({block, start, start + duration(block.pass)});
    ends_[key(block.pass, block.micro_batch, {stage, block.chunk})] = played.back().end;
  }
  return played.size() - before;
}

bool Gantt::complete() const {
  return std::equal(
      orders_.begin(), orders_.end(), played_.begin(),
      [](const auto& order, const auto& played) { return order.size() == played.size(); });
}

std::vector<std::string> Gantt::lines() const {
  std::vector<std::string> all;
  for (const std::vector<Played>& played : played_) {
    const auto length = static_cast<std::size_t>(played.back().end);
    const auto first = all.size();
    all.resize(first + static_cast<std::size_t>(chunks(row_.layout, shape_.chunks)),
               std::string(length, '.'));
    for (const auto& [block, start, end] : played) {
      for (auto at = static_cast<std::size_t>(start); at < static_cast<std::size_t>(end); ++at) {
        for (std::size_t line = first; line < all.size(); ++line) all[line][at] = ' ';
        all[first + static_cast<std::size_t>(block.chunk)][at] = letter(block);
      }
    }
  }
  for (std::string& line : all) line.erase(line.find_last_not_of(' ') + 1);
  return all;
}

std::int64_t Gantt::work() const {
  std::int64_t sum = 0;
  for (const Played& played : played_.front()) sum += played.end - played.start;
  return sum;
}

std::int64_t Gantt::bubble() const {
  std::int64_t last = 0;
  for (const auto& played : played_) last = std::max(last, played.back().end);
  return last - work();
}

std::int64_t Gantt::inner_bubble() const {
  std::int64_t longest = 0;
  for (const auto& played : played_) {
    longest = std::max(longest, played.back().end - played.front().start - work());
  }
  return longest;
}

}  // namespace trainyard::pipeline
