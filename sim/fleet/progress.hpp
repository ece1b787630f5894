// The work of a run between two changes of its circumstances: productive time, with a pause after
// every interval to save it, in closed form, so that a year of checkpoints costs nothing.
#pragma once

#include <limits>

#include "base/units.hpp"

namespace trainyard::fleet {

// How a run saves its state. A checkpoint holds the work done when its pause began.
struct Cycle {
  // Productive time between two checkpoints; infinite: there are none.
  Seconds interval{std::numeric_limits<double>::infinity()};
  Seconds pause;  // computing stands still for each
  // From the end of the pause on until it could be read back. Not above interval + pause: one is
  // written at a time.
  Seconds lag;
};

// What a run has had since it was last asked.
struct Account {
  Seconds productive;
  Seconds pauses;
  double checkpoints = 0;  // whose pause ended
};

class Progress {
 public:
  // `done` units of work are done and saved, and a cycle begins. `rate`: units a productive second.
  Progress(double done, double rate, Cycle cycle);

  // A pause or lag that would end within a microsecond has ended: dates are not finer.
  void advance(Seconds elapsed);
  // From now on. Of a pause in course the same share is left; so of a lag, but it ends with the
  // next pause at the latest. Time computed counts; where it exceeds the new interval a pause
  // begins.
  void change(double rate, Cycle cycle);
  // All that is done is saved now, and a cycle begins: before planned maintenance.
  void save();
  // Falls back to what is saved, and a cycle begins; returns the work lost.
  double fall_back();
  // The same to so much work, where more is done: what came after is worth nothing.
  double fall_back_to(double sound);

  [[nodiscard]] double done() const { return done_; }
  [[nodiscard]] double saved() const { return saved_; }  // of that, what would survive now
  [[nodiscard]] double rate() const { return rate_; }
  // Until `work` more is done, pauses on the way included; infinite at rate 0. No checkpoint is
  // written at the very end.
  [[nodiscard]] Seconds time_for(double work) const;
  // Until the end of the next pause; infinite without checkpoints.
  [[nodiscard]] Seconds next_checkpoint() const;
  // Since the last call, or construction.
  Account take_account();

 private:
  [[nodiscard]] Seconds lag_left() const { return cycle_.lag * lagging_; }
  void begin_cycle();
  void complete();
  void walk(Seconds time);
  Seconds go(Seconds time);

  double rate_;
  Cycle cycle_;
  double done_;
  double saved_;        // durable
  double pending_;      // in the newest checkpoint, which is durable once `lagging_` is 0
  Seconds computed_;    // in this cycle
  double pausing_ = 0;  // share of the pause that is left; 0 while computing
  double lagging_ = 0;  // share of the lag that is left
  Account account_;
};

}  // namespace trainyard::fleet
