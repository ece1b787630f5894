#include "step/asynchronous.hpp"

#include <algorithm>
#include <limits>

#include "base/check.hpp"
#include "engine/max_min.hpp"
#include "step/round_links.hpp"

namespace trainyard::step {
namespace {

constexpr Seconds never(std::numeric_limits<double>::infinity());

constexpr std::int64_t warm_up = 20;       // outer steps left out
constexpr std::int64_t outer_steps = 200;  // at least
// Rounds measured: of the fastest learner, so that many learners with a small quorum are steady
// too, and of the slowest, whose pace weighs the less the fewer it ends.
constexpr std::int64_t fast_rounds = 180;
constexpr std::int64_t slow_rounds = 2;

// Flows of every learner to the keeper and back, and the links they cross.
struct Ways {
  std::vector<program::FlowClass> up;
  std::vector<program::FlowClass> down;
  std::vector<BytesPerSecond> capacity;
};

Ways ways(const Round& round) {
  const std::size_t keeper = round.learners.front().site;
  RoundLinks links(round);
  Ways ways;
  for (std::size_t i = 0; i < round.learners.size(); ++i) {
    ways.up.push_back(links.up(i, keeper));
    ways.down.push_back(links.down(i, keeper));
  }
  ways.capacity = links.capacity();
  return ways;
}

Bytes size_of(const Round& round) {
  double parameters = 0;
  for (const double layer : round.layers) parameters += layer;
  return Bytes(parameters * round.sync.bits / 8);
}

enum class Phase { training, ahead, waiting };  // ahead: while its exchange is under way
// Where a learner's exchange is. On the way up and down it has a latency first, and moves then.
enum class Leg { none, leaving, moving_up, kept, returning, moving_down };

// A learner and its exchange, of which at most one is under way.
struct Course {
  Phase phase = Phase::training;
  Seconds trained = never;  // when the steps of the phase end
  Leg leg = Leg::none;
  Seconds leg_ends = never;
  std::int32_t slot = 0;  // while it moves: of the solver
  Bytes left;             // at `since`
  Seconds since;
  BytesPerSecond rate;
  std::int64_t version = 0;  // outer steps in its parameters, or in those on the way to it
  Seconds first = never;     // part sent since the warm-up
  Seconds last;              // part sent
  std::int64_t rounds = 0;   // between these
};

// At the same moment parts arrive first, so that all of them go into an outer step.
enum class Kind { leg, training, outer };

struct Event {
  Seconds time = never;
  Kind kind = Kind::leg;
  std::size_t learner = 0;
  friend auto operator<=>(const Event&, const Event&) = default;
};

class Asynchronous {
 public:
  explicit Asynchronous(const Round& round);
  Joined play();

 private:
  [[nodiscard]] Event next() const;
  [[nodiscard]] bool measured() const;
  [[nodiscard]] Joined joined() const;

  void take(const Event& event);
  void end_leg(std::size_t learner);
  void end_training(std::size_t learner);
  void train(std::size_t learner);
  void send(std::size_t learner);
  void move(Course& course, const program::FlowClass& way);
  void arrive(Course& course, Leg next);
  void share();
  void keep();
  void outer_step();

  const Round& round_;
  const Sync& sync_;
  Ways ways_;
  engine::MaxMin solver_;
  Bytes size_;
  std::int64_t ahead_;  // steps of a round
  std::vector<Course> courses_;
  Seconds now_;
  Seconds due_ = never;  // the next outer step
  std::int64_t kept_ = 0;
  std::int64_t outer_ = 0;  // outer steps made
  std::int64_t events_ = 0;
  std::int64_t parts_ = 0;  // gone in since the warm-up
  std::int64_t stale_ = 0;  // outer steps, sum over these
};

Asynchronous::Asynchronous(const Round& round)
    : round_(round),
      sync_(round.sync),
      ways_(ways(round)),
      solver_(ways_.capacity),
      size_(size_of(round)),
      ahead_(std::min(round.sync.delay, round.sync.every)),
      courses_(round.learners.size()) {
  EXPECT(sync_.every >= 1 && sync_.delay >= 0);
  EXPECT(sync_.quorum >= 1 && sync_.quorum <= static_cast<std::int64_t>(courses_.size()));
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    EXPECT(round.learners[i].step > Seconds(0));
    courses_[i].trained = round.learners[i].step * static_cast<double>(sync_.every);
  }
}

// By time, then kind, then learner.
Event Asynchronous::next() const {
  Event first{.time = due_, .kind = Kind::outer};
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    first = std::min(first, Event{courses_[i].leg_ends, Kind::leg, i});
    first = std::min(first, Event{courses_[i].trained, Kind::training, i});
  }
  return first;
}

bool Asynchronous::measured() const {
  if (outer_ < outer_steps) return false;
  const auto [least, most] =
      std::minmax_element(courses_.begin(), courses_.end(),
                          [](const Course& a, const Course& b) { return a.rounds < b.rounds; });
  return least->rounds >= slow_rounds && most->rounds >= fast_rounds;
}

void Asynchronous::take(const Event& event) {
  ENSURE(event.time >= now_ && event.time < never);
  now_ = event.time;
  ++events_;
  if (event.kind == Kind::leg) end_leg(event.learner);
  if (event.kind == Kind::training) end_training(event.learner);
  if (event.kind == Kind::outer) outer_step();
}

void Asynchronous::end_leg(std::size_t learner) {
  Course& course = courses_[learner];
  switch (course.leg) {
    case Leg::leaving:
      course.leg = Leg::moving_up;
      return move(course, ways_.up[learner]);
    case Leg::moving_up:
      arrive(course, Leg::kept);
      return keep();
    case Leg::returning:
      course.leg = Leg::moving_down;
      return move(course, ways_.down[learner]);
    case Leg::moving_down:
      arrive(course, Leg::none);
      if (course.phase == Phase::waiting) train(learner);
      return;
    case Leg::none:
    case Leg::kept:
      EXPECT(false);
  }
}

void Asynchronous::end_training(std::size_t learner) {
  Course& course = courses_[learner];
  if (course.phase == Phase::training) return send(learner);
  if (course.leg == Leg::none) return train(learner);
  course.phase = Phase::waiting;
  course.trained = never;
}

// The steps of a round that follow the exchange.
void Asynchronous::train(std::size_t learner) {
  courses_[learner].phase = Phase::training;
  courses_[learner].trained =
      now_ + round_.learners[learner].step * static_cast<double>(sync_.every - ahead_);
}

void Asynchronous::send(std::size_t learner) {
  Course& course = courses_[learner];
  course.leg = Leg::leaving;
  course.leg_ends = now_ + ways_.up[learner].latency;
  course.phase = Phase::ahead;
  course.trained = now_ + round_.learners[learner].step * static_cast<double>(ahead_);
  if (outer_ < warm_up) return;
  if (course.first == never) {
    course.first = now_;
  } else {
    ++course.rounds;
  }
  course.last = now_;
}

void Asynchronous::move(Course& course, const program::FlowClass& way) {
  course.left = size_;
  course.since = now_;
  course.rate = BytesPerSecond(0);
  course.slot = solver_.add(way.uses);
  share();
}

void Asynchronous::arrive(Course& course, Leg next) {
  solver_.remove(course.slot);
  course.leg = next;
  course.leg_ends = never;
  share();
}

void Asynchronous::share() {
  // What rounding leaves is not sent: who arrives together goes into the same outer step.
  const Bytes rest = size_ * 1e-9;
  solver_.solve();
  for (Course& course : courses_) {
    if (course.leg != Leg::moving_up && course.leg != Leg::moving_down) continue;
    const BytesPerSecond rate = solver_.rate(course.slot);
    if (rate == course.rate) continue;
    course.left -= course.rate * (now_ - course.since);
    if (course.left < rest) course.left = Bytes(0);
    course.since = now_;
    course.rate = rate;
    course.leg_ends = now_ + course.left / rate;
  }
}

void Asynchronous::keep() {
  ++kept_;
  if (kept_ == sync_.quorum) due_ = now_ + sync_.grace;
  if (kept_ == static_cast<std::int64_t>(courses_.size())) due_ = now_;
}

void Asynchronous::outer_step() {
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    Course& course = courses_[i];
    if (course.leg != Leg::kept) continue;
    if (outer_ >= warm_up) {
      ++parts_;
      stale_ += outer_ - course.version;
    }
    course.version = outer_ + 1;
    course.leg = Leg::returning;
    course.leg_ends = now_ + ways_.down[i].latency;
  }
  ++outer_;
  kept_ = 0;
  due_ = never;
}

Joined Asynchronous::joined() const {
  const auto learners = static_cast<double>(courses_.size());
  PerSecond steps;  // inner, of all learners
  double working = 0;
  std::vector<double> paces;
  for (std::size_t i = 0; i < courses_.size(); ++i) {
    const Course& course = courses_[i];
    const PerSecond own(static_cast<double>(course.rounds * sync_.every) /
                        (course.last - course.first).value());
    steps += own;
    paces.push_back(own.value());
    working += own * round_.learners[i].step;
  }
  const Seconds step(learners / steps.value());
  for (double& pace : paces) pace *= step.value();
  return {.step = step,
          .sent = size_ * (2 / static_cast<double>(sync_.every)),
          .events = events_,
          .staleness = static_cast<double>(stale_) / static_cast<double>(parts_),
          .waited = std::max(0.0, 1 - working / learners),  // rounding aside
          .steps = std::move(paces)};
}

Joined Asynchronous::play() {
  while (!measured()) take(next());
  return joined();
}

}  // namespace

Joined play_asynchronously(const Round& round) {
  EXPECT(!round.learners.empty());
  return Asynchronous(round).play();
}

}  // namespace trainyard::step
