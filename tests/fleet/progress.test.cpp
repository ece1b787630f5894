#include "fleet/progress.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "base/random.hpp"

namespace trainyard::fleet {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Cycle cycle(double interval, double pause, double lag = 0) {
  return {Seconds(interval), Seconds(pause), Seconds(lag)};
}

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * uniform(seed_, 0, number_++);
  }
  bool chance(double p) { return between(0, 1) < p; }

 private:
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
};

// Event by event, with every checkpoint that is on its way.
struct Reference {
  struct Checkpoint {
    double work;
    double left;
  };

  double done;
  double rate;
  Cycle now;
  double saved = done;
  bool pausing = false;
  double left = now.interval.value();  // of computing or of the pause
  std::vector<Checkpoint> on_the_way = {};
  double productive = 0;
  double pauses = 0;
  double checkpoints = 0;

  void pass(double time) {
    if (!pausing) done += rate * time;
    (pausing ? pauses : productive) += time;
    left -= time;
    for (Checkpoint& each : on_the_way) each.left -= time;
    while (!on_the_way.empty() && on_the_way.front().left <= 1e-9) {
      saved = on_the_way.front().work;
      on_the_way.erase(on_the_way.begin());
    }
  }

  void turn() {
    pausing = !pausing;
    left = pausing ? now.pause.value() : now.interval.value();
    if (pausing) return;
    checkpoints += 1;
    on_the_way.push_back({done, now.lag.value()});
    pass(0);
  }

  void advance(double time) {
    for (;;) {
      double step = std::min(time, left);
      for (const Checkpoint& each : on_the_way) step = std::min(step, each.left);
      pass(step);
      time -= step;
      if (left <= 0) {
        turn();
      } else if (time <= 0) {
        return;
      }
    }
  }

  void change(double new_rate, Cycle cycle) {
    const double computed = pausing ? 0 : now.interval.value() - left;
    const double next = pausing ? 0 : cycle.interval.value() - computed;
    left = pausing ? left / now.pause.value() * cycle.pause.value() : std::max(0.0, next);
    for (Checkpoint& each : on_the_way) {
      const double rest = each.left / now.lag.value() * cycle.lag.value();
      each.left = std::min(rest, left + (pausing ? 0 : cycle.pause.value()));
    }
    rate = new_rate;
    now = cycle;
    pass(0);
  }

  double fall_back() {
    const double lost = done - saved;
    done = saved;
    on_the_way.clear();
    pausing = false;
    left = now.interval.value();
    return lost;
  }
};

Cycle draw_cycle(Draws& draws) {
  const double interval = draws.between(1, 1000);
  const double pause = draws.chance(0.3) ? 0 : draws.between(0.1, 100);
  const double lag = draws.chance(0.3) ? 0 : draws.between(0, interval + pause);
  return cycle(interval, pause, lag);
}

void compare(Progress& progress, Reference& reference) {
  CHECK(progress.done() == Approx(reference.done).epsilon(1e-11));
  CHECK(progress.saved() == Approx(reference.saved).epsilon(1e-11));
  const double until = reference.left + (reference.pausing ? 0 : reference.now.pause.value());
  CHECK(progress.next_checkpoint().value() == Approx(until).epsilon(1e-8).margin(1e-8));
  const Account account = progress.take_account();
  CHECK(account.productive.value() == Approx(reference.productive).epsilon(1e-10).margin(1e-9));
  CHECK(account.pauses.value() == Approx(reference.pauses).epsilon(1e-10).margin(1e-9));
  CHECK(account.checkpoints == reference.checkpoints);
  reference.productive = reference.pauses = reference.checkpoints = 0;
}

}  // namespace

TEST_CASE("a run computes for an interval, pauses, and has saved what it had when the pause began",
          "[fleet]") {
  Progress progress(1000, 2, cycle(100, 10));
  progress.advance(Seconds(100));
  CHECK(progress.done() == 1200);
  CHECK(progress.saved() == 1000);
  progress.advance(Seconds(9));
  CHECK(progress.saved() == 1000);
  CHECK(progress.next_checkpoint().value() == Approx(1));
  progress.advance(Seconds(1));
  CHECK(progress.done() == 1200);
  CHECK(progress.saved() == 1200);
  progress.advance(Seconds(50));
  CHECK(progress.done() == 1300);
  const Account account = progress.take_account();
  CHECK(account.productive.value() == Approx(150));
  CHECK(account.pauses.value() == Approx(10));
  CHECK(account.checkpoints == 1);
  CHECK(progress.fall_back() == 100);
  CHECK(progress.done() == 1200);
  CHECK(progress.next_checkpoint() == Seconds(110));
}

TEST_CASE("an asynchronous checkpoint counts only once it is written, beside the next interval",
          "[fleet]") {
  Progress progress(0, 1, cycle(100, 2, 60));
  progress.advance(Seconds(102 + 59));
  CHECK(progress.done() == 159);
  CHECK(progress.saved() == 0);
  Progress hit = progress;
  CHECK(hit.fall_back() == 159);
  progress.advance(Seconds(1));
  CHECK(progress.saved() == 100);
  CHECK(progress.fall_back() == 60);
}

TEST_CASE("without checkpoints a run never pauses and falls back to where it began", "[fleet]") {
  for (const Cycle& none : {Cycle{}, cycle(infinite, 5, 3)}) {
    Progress progress(7, 3, none);
    CHECK(progress.next_checkpoint().value() == infinite);
    CHECK(progress.time_for(300) == Seconds(100));
    progress.advance(Seconds(1e8));
    CHECK(progress.done() == 3e8 + 7);
    CHECK(progress.fall_back() == 3e8);
    CHECK(progress.take_account().checkpoints == 0);
  }
}

TEST_CASE("a run that was stopped short of a checkpoint by rounding of dates has it", "[fleet]") {
  Progress progress(0, 1, cycle(600, 30));
  const double early = 2.4e-7;
  progress.advance(progress.next_checkpoint() - Seconds(early));
  CHECK(progress.saved() == 600);
  CHECK(progress.next_checkpoint() == Seconds(630));
  Progress no_pause(0, 1, cycle(600, 0));
  no_pause.advance(no_pause.next_checkpoint() - Seconds(early));
  CHECK(no_pause.saved() == Approx(600));
  CHECK(no_pause.take_account().checkpoints == 1);
  no_pause.advance(Seconds(early));
  CHECK(no_pause.take_account().checkpoints == 0);
}

TEST_CASE("saving by hand keeps all that is done and begins a cycle", "[fleet]") {
  Progress progress(0, 1, cycle(100, 2, 60));
  progress.advance(Seconds(130));
  progress.save();
  CHECK(progress.saved() == 128);
  CHECK(progress.next_checkpoint() == Seconds(102));
  progress.advance(Seconds(101));
  CHECK(progress.fall_back() == 100);
}

TEST_CASE("what comes after sound work is worth nothing, saved or not", "[fleet]") {
  Progress progress(0, 1, cycle(100, 2, 60));
  progress.advance(Seconds(2 * 102 + 70));
  CHECK(progress.saved() == 200);
  CHECK(progress.fall_back_to(300) == 0);
  CHECK(progress.fall_back_to(150) == Approx(120));
  CHECK(progress.done() == 150);
  CHECK(progress.saved() == 150);
  CHECK(progress.next_checkpoint() == Seconds(102));
}

TEST_CASE("a change keeps the share of a pause and of a lag that is left", "[fleet]") {
  Progress progress(0, 1, cycle(100, 10, 50));
  progress.advance(Seconds(100 + 4));
  progress.change(5, cycle(1000, 20, 100));
  CHECK(progress.next_checkpoint().value() == Approx(12));
  progress.advance(Seconds(12));
  CHECK(progress.done() == 100);
  progress.advance(Seconds(50));  // half of the lag
  progress.change(1, cycle(1000, 20, 10));
  progress.advance(Seconds(4.9));
  CHECK(progress.saved() == 0);
  progress.advance(Seconds(0.2));
  CHECK(progress.saved() == 100);
  // It has computed for longer than the new interval.
  progress.change(1, cycle(30, 7));
  CHECK(progress.next_checkpoint().value() == Approx(7));
  progress.change(1, cycle(30, 0));
  CHECK(progress.saved() == progress.done());
}

TEST_CASE("closed form and event by event agree over random cycles, changes and losses",
          "[fleet]") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    Draws draws(seed);
    const Cycle first = draw_cycle(draws);
    const double rate = draws.between(0.1, 10);
    Progress progress(5, rate, first);
    Reference reference{5, rate, first};
    for (int i = 0; i < 40; ++i) {
      const double cycles = draws.chance(0.7) ? draws.between(0, 2) : draws.between(0, 30);
      const double time = cycles * (reference.now.interval + reference.now.pause).value();
      progress.advance(Seconds(time));
      reference.advance(time);
      CAPTURE(seed, i, time);
      compare(progress, reference);
      if (draws.chance(0.3)) {
        const Cycle next = draw_cycle(draws);
        const double new_rate = draws.between(0.1, 10);
        progress.change(new_rate, next);
        reference.change(new_rate, next);
      } else if (draws.chance(0.1)) {
        CHECK(progress.fall_back() == Approx(reference.fall_back()).epsilon(1e-9).margin(1e-9));
      }
    }
  }
}

TEST_CASE("after the time for some work that work is done, and not before", "[fleet]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Draws draws(1000 + seed);
    Progress progress(draws.between(0, 1e6), draws.between(0.01, 10), draw_cycle(draws));
    progress.advance(Seconds(draws.between(0, 3000)));
    const double before = progress.done();
    for (const double work : {1e-3, draws.between(1, 1e3), draws.between(1e3, 1e9)}) {
      CAPTURE(seed, work);
      const Seconds time = progress.time_for(work);
      Progress late = progress;
      late.advance(time);
      CHECK(late.done() == Approx(before + work).epsilon(1e-12));
      Progress early = progress;
      early.advance(time * (1 - 1e-6));
      CHECK(early.done() < before + work);
    }
  }
}

TEST_CASE("no checkpoint is written at the very end of the work", "[fleet]") {
  // 0.1 is no binary number: sums of intervals do not come out even.
  Progress progress(0, 1, cycle(0.1, 5));
  for (int n = 1; n < 2000; ++n) {
    CHECK(progress.time_for(0.1 * n).value() == Approx(0.1 * n + 5 * (n - 1)).epsilon(1e-12));
  }
  CHECK(progress.time_for(0) == Seconds(0));
  CHECK(Progress(0, 0, cycle(10, 1)).time_for(1).value() == infinite);
}

TEST_CASE("a year of checkpoints is accounted to the last second", "[fleet]") {
  Progress progress(0, 3, cycle(1800, 45, 900));
  const double year = 365.25 * 86400;
  progress.advance(Seconds(year));
  const Account account = progress.take_account();
  CHECK((account.productive + account.pauses).value() == Approx(year).epsilon(1e-14));
  CHECK(account.checkpoints == std::floor(year / 1845));
  CHECK(progress.done() == Approx(3 * account.productive.value()).epsilon(1e-14));
}

// Kept work over time under failures at random with the mean between them.
double efficiency(Cycle cycle, double mean) {
  Progress progress(0, 1, cycle);
  double time = 0;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double until = -mean * std::log(uniform(3, 1, i));
    progress.advance(Seconds(until));
    progress.fall_back();
    time += until;
  }
  return progress.done() / time;
}

// Daly 2006, doi 10.1016/j.future.2004.11.016 without restarts: an interval t and its pause
// w take M (exp((t + w) / M) - 1) on average.
TEST_CASE("runs under random failures lose what Daly's formula says", "[fleet]") {
  constexpr double mean = 10000;
  for (const double interval : {300.0, 1000.0, 3000.0}) {
    const double expected = interval / (mean * std::expm1((interval + 50) / mean));
    // The standard deviation of 1e5 lifetimes is 0.3 %.
    CHECK(efficiency(cycle(interval, 50), mean) == Approx(expected).epsilon(0.01));
  }
}

TEST_CASE("Daly's interval beats shorter and longer ones", "[fleet]") {
  constexpr double mean = 10000;
  const double daly = std::sqrt(2 * 50 * mean) - 50;
  const double best = efficiency(cycle(daly, 50), mean);
  CHECK(best > efficiency(cycle(daly / 2, 50), mean));
  CHECK(best > efficiency(cycle(daly * 2, 50), mean));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("cycles without length and lags beyond a cycle are broken contracts", "[fleet]") {
  CHECK_THROWS_AS(Progress(0, 1, cycle(0, 1)), ContractError);
  CHECK_THROWS_AS(Progress(0, 1, cycle(10, 1, 12)), ContractError);
  CHECK_THROWS_AS(Progress(0, -1, cycle(10, 1)), ContractError);
  CHECK_THROWS_AS(Progress(0, 1, cycle(10, 1)).advance(Seconds(-1)), ContractError);
}
#endif

}  // namespace trainyard::fleet
