// Rates at other clocks than the usual: what a fleet interpolates against what a step plays.
#include <catch2/catch.hpp>

#include "hardware/node.hpp"
#include "step/rates.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

// Plays every question as it is.
class Played final : public Rates {
 public:
  explicit Played(Task task) : task_(std::move(task)) {}
  Answer ask(Question question) override {
    return support::in_child(under(task_, question), question.nodes);
  }

 private:
  Task task_;
};

Task task() {
  return examples::task(examples::small_language(), examples::dgx_h100(),
                        examples::request(2, 1, 4));
}

}  // namespace

TEST_CASE("a step between two clocks of the grid is met within 1 %, on the grid exactly",
          "[step]") {
  Played rates(task());
  for (const double clock : {0.55, 0.6, 0.73, 0.8, 0.95, 1.0}) {
    const Question question{0, 2, clock};
    const Answer exact = rates.ask(question);
    const Answer between = ask_between(rates, question);
    CAPTURE(clock);
    CHECK(between.duration / exact.duration == Approx(1).epsilon(0.01));
    CHECK(between.mfu == Approx(exact.mfu).epsilon(0.01));
    Seconds sum;
    for (const Seconds part : between.spent) sum += part;
    CHECK(sum / between.duration == Approx(1).epsilon(1e-9));
    const bool on_grid = clock == 0.6 || clock == 0.8 || clock == 1.0;
    if (on_grid) CHECK(between.duration == exact.duration);
  }
}

TEST_CASE("more clock is never slower, and less than in proportion", "[step]") {
  Played rates(task());
  const Seconds full = ask_between(rates, {0, 2, 1.0}).duration;
  Seconds before = full;
  for (const double clock : {0.95, 0.9, 0.85, 0.7, 0.65, 0.5}) {
    const Seconds now = ask_between(rates, {0, 2, clock}).duration;
    CAPTURE(clock);
    CHECK(now >= before);
    CHECK(now <= full / clock * (1 + 1e-9));  // memory and network keep their pace
    before = now;
  }
}

TEST_CASE("a slow node slows the step, and not by more than it is slow", "[step]") {
  Played rates(task());
  const Seconds healthy = rates.ask({0, 2}).duration;
  const Seconds slow = rates.ask({0, 2, 1, 0.5}).duration;
  CHECK(slow > healthy);
  CHECK(slow <= healthy * 2 * (1 + 1e-9));
}

TEST_CASE("a step on any number of nodes is met within 1 % between numbers of six bits", "[step]") {
  Played rates(task());
  for (const std::int64_t nodes : {63, 65, 97, 131, 201}) {
    const Question question{0, nodes};
    const Answer exact = rates.ask(question);
    const Answer near = ask_near(rates, task(), question);
    CAPTURE(nodes);
    CHECK(near.duration / exact.duration == Approx(1).epsilon(0.01));
    CHECK(near.mfu == Approx(exact.mfu).epsilon(0.01));
    CHECK(near.ranks == exact.ranks);
    CHECK(near.samples == Approx(exact.samples).epsilon(1e-12));
    CHECK(near.model_work.value() == Approx(exact.model_work.value()).epsilon(1e-12));
    CHECK(near.energy.value() == Approx(exact.energy.value()).epsilon(0.01));
  }
}

TEST_CASE("power falls with the clock to idle power's floor", "[step]") {
  const hardware::Node node = examples::dgx_h100();
  const hardware::NodePower half = hardware::at_clock(node.power, 0.5);
  CHECK(half.idle == node.power.idle);
  CHECK(half.measured < node.power.measured);
  CHECK(half.measured > node.power.idle);
  CHECK(hardware::at_clock(node.power, 1).measured == node.power.measured);
}

}  // namespace trainyard::step
