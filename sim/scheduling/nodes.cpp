#include "scheduling/nodes.hpp"

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace trainyard::scheduling {

void Intervals::add(std::int64_t first, std::int64_t count) {
  EXPECT(count >= 0);
  if (count == 0) return;
  std::int64_t end = first + count;
  auto after = ends_.lower_bound(first);
  EXPECT(after == ends_.end() || end <= after->first);
  EXPECT(after == ends_.begin() || std::prev(after)->second <= first);
  if (after != ends_.end() && after->first == end) {
    end = after->second;
    after = ends_.erase(after);
  }
  if (after != ends_.begin() && std::prev(after)->second == first) {
    std::prev(after)->second = end;
  } else {
    ends_.emplace_hint(after, first, end);
  }
  size_ += count;
}

void Intervals::remove(std::int64_t first, std::int64_t count) {
  EXPECT(count >= 0);
  if (count == 0) return;
  const std::int64_t end = first + count;
  auto after = ends_.upper_bound(first);
  EXPECT(after != ends_.begin() && end <= std::prev(after)->second);
  const auto around = std::prev(after);
  if (end < around->second) ends_.emplace_hint(after, end, around->second);
  if (around->first < first) {
    around->second = first;
  } else {
    ends_.erase(around);
  }
  size_ -= count;
}

bool Intervals::contains(std::int64_t number) const {
  return end_of(number) > number;
}

std::int64_t Intervals::first_from(std::int64_t number) const {
  if (contains(number)) return number;
  const auto after = ends_.lower_bound(number);
  EXPECT(after != ends_.end());
  return after->first;
}

std::int64_t Intervals::end_of(std::int64_t number) const {
  const auto after = ends_.upper_bound(number);
  return after == ends_.begin() ? number : std::max(number, std::prev(after)->second);
}

Nodes::Nodes(std::int64_t accelerators_each)
    : each_(accelerators_each), by_idle_(static_cast<std::size_t>(accelerators_each + 1)) {
  EXPECT(accelerators_each > 0);
}

void Nodes::add(std::int64_t first, std::int64_t count) {
  by_idle_.back().add(first, count);
  idle_ += count * each_;
}

void Nodes::remove(std::int64_t first, std::int64_t count) {
  by_idle_.back().remove(first, count);
  idle_ -= count * each_;
}

void Nodes::take(const Piece& piece) {
  change_idle(piece, -piece.each);
}

void Nodes::give(const Piece& piece) {
  change_idle(piece, piece.each);
}

void Nodes::change_idle(const Piece& piece, std::int64_t by) {
  const std::int64_t end = piece.first + piece.nodes;
  for (std::int64_t at = piece.first; at < end;) {
    Intervals& from = *std::find_if(by_idle_.begin(), by_idle_.end() - 1,
                                    [&](const Intervals& some) { return some.contains(at); });
    const std::int64_t idle = &from - by_idle_.data() + by;
    EXPECT(idle >= 0 && idle <= each_);
    const std::int64_t count = std::min(end, from.end_of(at)) - at;
    from.remove(at, count);
    by_idle_[static_cast<std::size_t>(idle)].add(at, count);
    at += count;
  }
  idle_ += piece.nodes * by;
}

std::int64_t Nodes::whole() const {
  return by_idle_.back().size();
}

const Intervals& Nodes::with(std::int64_t idle) const {
  EXPECT(idle >= 1 && idle <= each_);
  return by_idle_[static_cast<std::size_t>(idle)];
}

}  // namespace trainyard::scheduling
