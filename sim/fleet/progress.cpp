#include "fleet/progress.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

// Instants of our century differ by 2.4e-7 s at least.
constexpr Seconds moment{1e-6};

Seconds length(const Cycle& cycle) {
  return cycle.interval + cycle.pause;
}

bool valid(const Cycle& cycle) {
  constexpr double rounding = 1 + 1e-9;
  return cycle.interval.value() > 0 && cycle.pause.value() >= 0 && cycle.lag.value() >= 0 &&
         cycle.lag <= length(cycle) * rounding;
}

}  // namespace

Progress::Progress(double done, double rate, Cycle cycle)
    : rate_(rate), cycle_(cycle), done_(done), saved_(done), pending_(done) {
  EXPECT(rate >= 0);
  EXPECT(valid(cycle));
}

Seconds Progress::next_checkpoint() const {
  if (pausing_ > 0) return cycle_.pause * pausing_;
  return std::max(Seconds(0), cycle_.interval - computed_) + cycle_.pause;
}

Seconds Progress::time_for(double work) const {
  if (work <= 0) return Seconds(0);
  if (rate_ <= 0) return Seconds(std::numeric_limits<double>::infinity());
  const Seconds computing(work / rate_);
  const Seconds time = computing + cycle_.pause * pausing_;
  const Seconds first = pausing_ > 0 ? cycle_.interval : cycle_.interval - computed_;
  if (computing <= first) return time;
  // Intervals that end with the work have no pause, whatever rounding says.
  constexpr double rounding = 1e-13;
  const double intervals = (computing - first) / cycle_.interval;
  return time + std::max(0.0, std::ceil(intervals - rounding * (intervals + 1))) * cycle_.pause;
}

void Progress::begin_cycle() {
  computed_ = Seconds(0);
  pausing_ = 0;
}

// The pause ends now. What was on its way before is durable by then.
void Progress::complete() {
  begin_cycle();
  const bool at_once = cycle_.lag.value() <= 0;
  saved_ = at_once ? done_ : pending_;
  pending_ = done_;
  lagging_ = at_once ? 0 : 1;
  account_.checkpoints += 1;
}

// Within a cycle.
void Progress::walk(Seconds time) {
  if (lagging_ > 0) {
    lagging_ = lag_left() - time > moment ? lagging_ - time / cycle_.lag : 0;
    if (lagging_ <= 0) saved_ = pending_;
  }
  if (pausing_ <= 0) {
    const Seconds computing = std::min(time, std::max(Seconds(0), cycle_.interval - computed_));
    computed_ += computing;
    done_ += rate_ * computing.value();
    account_.productive += computing;
    time -= computing;
    if (time.value() <= 0) return;
    pausing_ = 1;
  }
  account_.pauses += time;
  pausing_ -= time / cycle_.pause;
}

// To the end of this cycle at most; returns the time that is left.
Seconds Progress::go(Seconds time) {
  const Seconds until = next_checkpoint();
  walk(std::min(time, until));
  if (until - time <= std::min(moment, length(cycle_) / 2)) complete();
  return std::max(Seconds(0), time - until);
}

void Progress::advance(Seconds elapsed) {
  EXPECT(elapsed.value() >= 0);
  Seconds left = go(elapsed);
  const double cycles = std::floor(left / length(cycle_));
  if (cycles > 0) {
    const double each = rate_ * cycle_.interval.value();
    pending_ = done_ + (cycles - 1) * each;
    done_ += cycles * each;
    account_.productive += cycles * cycle_.interval;
    account_.pauses += cycles * cycle_.pause;
    account_.checkpoints += cycles - 1;
    complete();
    left = std::max(Seconds(0), left - cycles * length(cycle_));
  }
  go(left);
}

void Progress::change(double rate, Cycle cycle) {
  EXPECT(rate >= 0);
  EXPECT(valid(cycle));
  rate_ = rate;
  cycle_ = cycle;
  if (pausing_ <= 0 && computed_ >= cycle_.interval) pausing_ = 1;
  if (pausing_ > 0 && cycle_.pause.value() <= 0) complete();
  if (lagging_ <= 0) return;
  if (cycle_.lag.value() <= 0) lagging_ = 0;
  if (lag_left() > next_checkpoint()) lagging_ = next_checkpoint() / cycle_.lag;
  if (lagging_ <= 0) saved_ = pending_;
}

void Progress::save() {
  saved_ = pending_ = done_;
  lagging_ = 0;
  begin_cycle();
}

double Progress::fall_back() {
  const double lost = done_ - saved_;
  done_ = pending_ = saved_;
  lagging_ = 0;
  begin_cycle();
  return lost;
}

double Progress::fall_back_to(double sound) {
  if (sound >= done_) return 0;
  const double lost = done_ - sound;
  done_ = saved_ = pending_ = sound;
  lagging_ = 0;
  begin_cycle();
  return lost;
}

Account Progress::take_account() {
  return std::exchange(account_, {});
}

}  // namespace trainyard::fleet
