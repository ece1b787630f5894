// The fleet's clock: events at absolute times of the calendar, played on SimGrid. The queue orders
// by (time, kind, id); equal times are exactly equal and come as one batch. SimGrid's clock follows
// and is never read back, so years lose no precision.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace trainyard::engine {

struct Event {
  Instant time;
  std::int32_t kind = 0;  // smaller kinds first at equal times
  std::int64_t id = 0;
  friend auto operator<=>(const Event&, const Event&) = default;
};

class Timeline;

// Told of all events of a moment at once, in order; may add later ones.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void happened(Instant time, std::span<const Event> events, Timeline& timeline) = 0;
};

class Timeline {
 public:
  explicit Timeline(Instant start);
  // At or after the moment being handled.
  void add(Event event);
  // Plays all events up to and including `until`. Makes a SimGrid Engine.
  void run(Instant until, Listener& listener);

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] Instant next() const { return heap_.front().time; }
  [[nodiscard]] Instant now() const { return now_; }
  // Takes the events of the next moment and tells the listener.
  void play_next(Listener& listener);

 private:
  Instant now_;
  std::vector<Event> heap_;
  std::vector<Event> batch_;
};

}  // namespace trainyard::engine
