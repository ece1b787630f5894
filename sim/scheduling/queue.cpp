#include "scheduling/queue.hpp"

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace trainyard::scheduling {
namespace {

Queue::Shape shape(const Candidate& candidate) {
  Queue::Shape shape;
  for (const Choice& choice : candidate.choices) {
    shape.emplace_back(choice.group, choice.accelerators, choice.open);
  }
  return shape;
}

}  // namespace

void Queue::add(const Candidate& candidate, double key) {
  EXPECT(!candidate.choices.empty());
  const Turn turn{key, candidate.submitted, candidate.job};
  Lane& lane = lanes_[shape(candidate)];
  const bool is_new = places_.emplace(candidate.job, Place{&lane, turn}).second;
  EXPECT(is_new);
  lane.emplace(turn, &candidate);
}

void Queue::remove(std::size_t job) {
  const auto place = places_.find(job);
  if (place == places_.end()) return;
  place->second.lane->erase(place->second.turn);
  places_.erase(place);
}

Scan::Scan(const Queue& queue) {
  open_.reserve(queue.lanes().size());
  for (const auto& lane : queue.lanes()) {
    if (!lane.second.empty()) open_.push_back({&lane, lane.second.begin()});
  }
}

const Candidate* Scan::next() {
  const auto cursor = first();
  if (cursor == open_.end()) return nullptr;
  current_ = cursor->lane;
  return (cursor->next++)->second;
}

const Turn* Scan::peek() {
  const auto cursor = first();
  return cursor == open_.end() ? nullptr : &cursor->next->first;
}

// Drops lanes that are through on its way.
std::vector<Scan::Cursor>::iterator Scan::first() {
  std::erase_if(open_,
                [](const Cursor& cursor) { return cursor.next == cursor.lane->second.end(); });
  return std::min_element(open_.begin(), open_.end(), [](const Cursor& a, const Cursor& b) {
    return a.next->first < b.next->first;
  });
}

void Scan::close_lane() {
  std::erase_if(open_, [&](const Cursor& cursor) { return cursor.lane == current_; });
}

void Scan::close(std::size_t group) {
  if (!is_open(group)) return;
  closed_.resize(std::max(closed_.size(), group + 1));
  closed_[group] = true;
  std::erase_if(open_, [&](const Cursor& cursor) {
    return std::none_of(cursor.lane->first.begin(), cursor.lane->first.end(),
                        [&](const auto& choice) { return is_open(std::get<0>(choice)); });
  });
}

bool Scan::is_open(std::size_t group) const {
  return group >= closed_.size() || !closed_[group];
}

const Choice* start_any(Floor& floor, const Candidate& candidate, std::span<const Choice> choices,
                        const Scan& scan) {
  for (const Choice& choice : choices) {
    if (scan.is_open(choice.group) && choice.accelerators <= floor.idle(choice.group) &&
        floor.start(candidate, choice)) {
      return &choice;
    }
  }
  return nullptr;
}

}  // namespace trainyard::scheduling
