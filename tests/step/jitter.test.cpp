// Chips of unequal speed: what folding keeps of it and what not.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "base/random.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using support::StepCase;

constexpr std::uint64_t seeds = 40;
constexpr double deviation = 0.03;

struct Spread {
  double mean = 0;
  double error = 0;  // of the mean, one standard deviation
  double least = 0;
};

Spread durations(const Task& task, std::int64_t nodes, program::Folding folding) {
  std::vector<StepCase> cases;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    cases.push_back({task, nodes, {.folding = folding, .seed = seed}});
  }
  Spread spread{.least = 1e9};
  double squares = 0;
  for (const Answer& answer : support::in_children(cases)) {
    const double t = answer.duration.value();
    spread.mean += t / seeds;
    squares += t * t / seeds;
    spread.least = std::min(spread.least, t);
  }
  spread.error = std::sqrt((squares - spread.mean * spread.mean) / seeds);
  return spread;
}

Task jittery(const parallelism::Request& request, double jitter = deviation) {
  Task task = examples::task(examples::small_language(), examples::dgx_h100(16), request);
  task.request.jitter = jitter;
  return task;
}

}  // namespace

TEST_CASE("equal seeds give equal steps, others other ones", "[step]") {
  const Task task = jittery(examples::request(1, 1, 2));
  const auto answers = support::in_children(
      {{task, 2, {.seed = 1}}, {task, 2, {.seed = 1}}, {task, 2, {.seed = 2}}});
  CHECK(answers[0].duration == answers[1].duration);
  CHECK(answers[0].duration != answers[2].duration);
}

TEST_CASE("without jitter the seed changes nothing", "[step]") {
  const Task task = jittery(examples::request(2, 2, 2), 0);
  const auto answers = support::in_children({{task, 2, {.seed = 1}}, {task, 2, {.seed = 2}}});
  CHECK(answers[0].duration == answers[1].duration);
}

TEST_CASE("one chip computes slower by its own draw", "[step]") {
  parallelism::Request request = examples::request(1, 1, 3);
  request.data = 1;
  const auto answers = support::in_children(
      {{jittery(request, 0), 1, {.seed = 5}}, {jittery(request), 1, {.seed = 5}}});
  const double slowness = 1 + deviation * largest_normal(5, 0, 0, 1);
  CHECK(answers[1].duration.value() ==
        Approx(answers[0].duration.value() * slowness).epsilon(1e-12));
}

// Replicas only: the step is as slow as the slowest chip, folded or not, so the means agree.
TEST_CASE("folded replicas wait for the slowest as all of them do", "[step]") {
  parallelism::Request request = examples::request(1, 1, 4);
  request.overlap_gradients = false;
  const Spread few = durations(jittery(request), 2, program::Folding::classes);
  const Spread all = durations(jittery(request), 2, program::Folding::off);
  CHECK(std::abs(few.mean - all.mean) <= 4 * std::hypot(few.error, all.error));
  const double steady = support::in_child(jittery(request, 0), 2).duration.value();
  // The largest of 16 is below the mean of one once in 65,536 times.
  CHECK(few.least >= steady);
  CHECK(all.least >= steady);
}

// In a pipeline each stage is as slow as its slowest replica, though no one replica is slow in all
// of them: folded steps are longer, here by less than 2 %.
TEST_CASE("a folded pipeline with jitter is on the long side, by little", "[step]") {
  const parallelism::Request request = examples::request(1, 4, 8);
  const Spread few = durations(jittery(request), 4, program::Folding::classes);
  const Spread all = durations(jittery(request), 4, program::Folding::off);
  CHECK(few.mean >= all.mean - 3 * std::hypot(few.error, all.error));
  CHECK(few.mean <= all.mean * 1.02);
  const double steady = support::in_child(jittery(request, 0), 4).duration.value();
  CHECK(few.least >= steady);
}

TEST_CASE("more jitter makes longer steps", "[step]") {
  double before = 0;
  for (const double jitter : {0.0, 0.01, 0.03, 0.1}) {
    const double mean =
        durations(jittery(examples::request(2, 2, 4), jitter), 2, program::Folding::classes).mean;
    CHECK(mean > before);
    before = mean;
  }
}

}  // namespace trainyard::step
