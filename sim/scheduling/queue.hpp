// The waiting jobs of a policy, in order. Jobs that may run in the same groups with as many
// accelerators share a lane: where one of them does not fit, none does, so that a scan passes over
// the whole lane at once, however many wait in it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/units.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

// Who goes first: the smaller key, then the earlier submitted, then the smaller job.
struct Turn {
  double key = 0;
  Instant submitted;
  std::size_t job = 0;
  friend auto operator<=>(const Turn&, const Turn&) = default;
};

class Queue {
 public:
  // Of choices, what decides whether they fit: group, accelerators, open.
  using Shape = std::vector<std::tuple<std::size_t, std::int64_t, bool>>;
  using Lane = std::map<Turn, const Candidate*>;
  using Lanes = std::map<Shape, Lane>;

  // The policy's own key, see Turn. Requires that the job is not in it.
  void add(const Candidate& candidate, double key);
  // Changes nothing where the job is not in it.
  void remove(std::size_t job);
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] const Lanes& lanes() const { return lanes_; }

 private:
  struct Place {
    Lane* lane = nullptr;
    Turn turn;
  };
  Lanes lanes_;  // never shrinks: a scan may be under way
  std::unordered_map<std::size_t, Place> places_;
};

// One scan of a queue from its front. Meanwhile jobs may be added, which show up where their lane
// is open and their turn is still to come, and those may be removed that it has returned.
class Scan {
 public:
  explicit Scan(const Queue& queue);

  // The next job of all open lanes, or nullptr.
  const Candidate* next();
  // The turn of the job that `next` would return, or nullptr.
  [[nodiscard]] const Turn* peek();
  // No more jobs that look like the one that `next` returned last.
  void close_lane();
  // No more jobs all of whose groups are closed.
  void close(std::size_t group);
  [[nodiscard]] bool is_open(std::size_t group) const;

 private:
  struct Cursor {
    const Queue::Lanes::value_type* lane = nullptr;
    Queue::Lane::const_iterator next;
  };
  [[nodiscard]] std::vector<Cursor>::iterator first();

  std::vector<Cursor> open_;
  const Queue::Lanes::value_type* current_ = nullptr;
  std::vector<bool> closed_;  // [groups], as far as one was closed
};

// Starts it by the first of these choices that fits and whose group is open to the scan, and
// returns that; nullptr: by none.
const Choice* start_any(Floor& floor, const Candidate& candidate, std::span<const Choice> choices,
                        const Scan& scan);

}  // namespace trainyard::scheduling
