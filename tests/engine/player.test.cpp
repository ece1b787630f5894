#include "engine/player.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "base/check.hpp"
#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;
using program::Sending;

Seconds sum(const Outcome& outcome, std::size_t player) {
  const auto& spent = outcome.spent[player];
  return std::accumulate(spent.begin(), spent.end(), Seconds(0));
}

// 1F1B with passes of a and b seconds and transfers that cost nothing. A rendezvous sees every
// transfer off in the pass after it, once its own input is there.
class Pipeline {
 public:
  Pipeline(std::int32_t stages, std::int32_t micro_batches, double a, double b, Sending sending)
      : stages_(stages), micro_batches_(micro_batches), a_(a), b_(b), sending_(sending) {}

  program::Play play() {
    std::vector<program::Role> roles;
    for (std::int32_t s = 0; s < stages_; ++s) {
      roles.push_back(once("stage " + std::to_string(s), stage(s)));
    }
    program::Play play = unconnected(std::move(roles));
    play.sending = sending_;
    for (std::int32_t s = 0; s + 1 < stages_; ++s) {
      connect(play, program::lane::forward(0), s, s + 1, {});
      connect(play, program::lane::backward(0), s + 1, s, {});
    }
    return play;
  }

 private:
  Instructions stage(std::int32_t s) {
    step_.clear();
    open_ = program::none;
    const std::int32_t ahead = std::min(stages_ - s - 1, micro_batches_);
    for (std::int32_t i = 0; i < ahead; ++i) forward(s);
    for (std::int32_t i = 0; i < micro_batches_; ++i) {
      if (i + ahead < micro_batches_) forward(s);
      backward(s);
    }
    see_off();
    return step_;
  }
  void forward(std::int32_t s) {
    if (s > 0) step_.push_back(receive(program::lane::forward(0)));
    pass(a_, s + 1 < stages_ ? program::lane::forward(0) : program::none);
  }
  void backward(std::int32_t s) {
    if (s + 1 < stages_) step_.push_back(receive(program::lane::backward(0)));
    pass(b_, s > 0 ? program::lane::backward(0) : program::none);
  }
  void pass(double seconds, std::int32_t lane) {
    see_off();
    step_.push_back(compute(seconds));
    if (lane == program::none) return;
    step_.push_back(send(8, lane));
    open_ = lane;
  }
  void see_off() {
    if (sending_ == Sending::rendezvous && open_ != program::none) step_.push_back(settle(open_));
    open_ = program::none;
  }

  std::int32_t stages_;
  std::int32_t micro_batches_;
  double a_;
  double b_;
  Sending sending_;
  Instructions step_;
  std::int32_t open_ = program::none;
};

program::Play pipeline_of(std::int32_t stages, std::int32_t micro_batches, double a, double b,
                          Sending sending = Sending::buffered) {
  return Pipeline(stages, micro_batches, a, b, sending).play();
}

program::Play rendezvous(program::Play play) {
  play.sending = Sending::rendezvous;
  return play;
}

}  // namespace

TEST_CASE("a player that computes takes as long as it computes", "[engine]") {
  const Outcome outcome =
      play_one(two({compute(2), compute(3, Activity::attention)}, {compute(1)}));
  CHECK(outcome.duration == Seconds(5));
  CHECK(spent(outcome, 0, Activity::gemm) == Seconds(2));
  CHECK(spent(outcome, 0, Activity::attention) == Seconds(3));
  CHECK(spent(outcome, 1, Activity::gemm) == Seconds(1));
  CHECK(spent(outcome, 1, Activity::finished) == Seconds(4));
  // Computing instructions one after the other are one event.
  CHECK(outcome.events == 2);
}

TEST_CASE("bodies are done in the order of their calls, as often as called", "[engine]") {
  program::Play play = two({compute(1), send(100), compute(2)}, {receive(), receive(), compute(1)});
  play.roles[0].bodies = {{0, 2}, {2, 3}, {3, 3}};
  play.roles[0].calls = {0, 2, 1, 0, 1, 2};
  const Outcome outcome = play_one(play);
  // 1, send, 2, 1, send, 2.
  CHECK(outcome.duration.value() == Approx(6).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::gemm) == Seconds(6));
  CHECK(spent(outcome, 1, Activity::pipeline_wait).value() == Approx(5).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(200));
}

TEST_CASE("a slow player computes longer, and that counts as computing", "[engine]") {
  program::Play play = two({compute(2), send(100)}, {receive(), compute(1)});
  play.players[0].slowness = 1.5;
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(3 + 1 + 1).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::gemm).value() == Approx(3).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::pipeline_wait).value() == Approx(4).epsilon(1e-12));
}

TEST_CASE("a transfer takes its latency, then its bytes over the bandwidth", "[engine]") {
  const Outcome outcome = play_one(two({compute(1), send(300)}, {receive()}, Seconds(0.5)));
  CHECK(outcome.duration.value() == Approx(1 + 0.5 + 3).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::pipeline_wait).value() == Approx(4.5).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::finished).value() == Approx(3.5).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(300));
}

TEST_CASE("a message of n bytes with an overhead of n bytes gets half of the bandwidth",
          "[engine]") {
  program::Play play = two({send(300)}, {receive()});
  play.flows[0].overhead = Bytes(300);
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(6).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(300));
}

TEST_CASE("a sender goes on while its transfer moves", "[engine]") {
  const Outcome outcome = play_one(two({send(300), compute(3)}, {receive()}));
  CHECK(outcome.duration.value() == Approx(3).epsilon(1e-12));
}

TEST_CASE("transfers of a lane go one after the other", "[engine]") {
  const Outcome outcome = play_one(
      two({send(100), send(100), send(100)}, {receive(), receive(), receive()}, Seconds(1)));
  CHECK(outcome.duration.value() == Approx(3 * (1 + 1)).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(300));
}

TEST_CASE("what arrived before it is asked for is not waited for", "[engine]") {
  const Outcome outcome = play_one(two({send(100)}, {compute(7), receive()}));
  CHECK(outcome.duration == Seconds(7));
  CHECK(spent(outcome, 1, Activity::pipeline_wait) == Seconds(0));
}

TEST_CASE("an empty transfer takes its latency only", "[engine]") {
  const Outcome outcome = play_one(two({send(0)}, {receive()}, Seconds(0.25)));
  CHECK(outcome.duration.value() == Approx(0.25).epsilon(1e-12));
}

TEST_CASE("a step of nobody and nothing takes no time", "[engine]") {
  CHECK(play_one(two({}, {})).duration == Seconds(0));
  program::Play nothing = two({}, {});
  for (program::Role& role : nothing.roles) role.calls.clear();
  CHECK(play_one(nothing).duration == Seconds(0));
}

TEST_CASE("transfers share a link, but for the unshared backend", "[engine]") {
  program::Play play = unconnected({3, once("all to the last", {})});
  play.roles[0] = play.roles[1] = once("sender", {send(100)});
  play.roles[2] =
      once("receiver", {receive(program::lane::forward(0)), receive(program::lane::backward(0))});
  connect(play, program::lane::forward(0), 0, 2, {.uses = {{0, 1}}});
  connect(play, program::lane::backward(0), 1, 2, {.uses = {{0, 1}}});
  play.roles[1] = once("sender", {send(100, program::lane::backward(0))});
  play.links = {BytesPerSecond(100)};
  CHECK(play_one(play).duration.value() == Approx(2).epsilon(1e-12));
  CHECK(play_one(play, Backend::unshared).duration.value() == Approx(1).epsilon(1e-12));
}

TEST_CASE("alone, a flow gets the narrowest of its links", "[engine]") {
  program::Play play = two({send(100)}, {receive()});
  play.links = {BytesPerSecond(100), BytesPerSecond(20)};
  play.flows[0].uses = {{0, 1}, {1, 1}};
  for (const Backend backend : {Backend::fair, Backend::unshared}) {
    CHECK(play_one(play, backend).duration.value() == Approx(5).epsilon(1e-12));
  }
  // As one of four like flows.
  play.flows[0].uses = {{0, 4}};
  CHECK(play_one(play).duration.value() == Approx(4).epsilon(1e-12));
  CHECK(play_one(play, Backend::unshared).duration.value() == Approx(1).epsilon(1e-12));
}

TEST_CASE("a rendezvous begins when the receiver asks and holds the sender", "[engine]") {
  const Outcome outcome =
      play_one(rendezvous(two({send(300), compute(1), settle(), compute(2)},
                              {compute(5), receive(), compute(1)}, Seconds(0.5))));
  CHECK(outcome.duration.value() == Approx(5 + 0.5 + 3 + 2).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::pipeline_wait).value() == Approx(7.5).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::pipeline_wait).value() == Approx(3.5).epsilon(1e-12));
}

TEST_CASE("a rendezvous that was asked for begins when it is sent", "[engine]") {
  const Outcome outcome =
      play_one(rendezvous(two({compute(2), send(100), settle()}, {receive(), compute(1)})));
  CHECK(outcome.duration.value() == Approx(2 + 1 + 1).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::pipeline_wait).value() == Approx(1).epsilon(1e-12));
}

TEST_CASE("each transfer of a rendezvous is asked for by itself", "[engine]") {
  const Outcome outcome = play_one(rendezvous(
      two({send(100), settle(), send(100), settle()}, {receive(), compute(5), receive()})));
  CHECK(outcome.duration.value() == Approx(1 + 5 + 1).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::pipeline_wait).value() == Approx(7).epsilon(1e-12));
}

TEST_CASE("input comes without being asked for", "[engine]") {
  program::Play play = rendezvous(
      two({send(100, program::lane::input), compute(3), receive(program::lane::input)}, {}));
  connect(play, program::lane::input, 0, 0, {.uses = {{0, 1}}});
  CHECK(play_one(play).duration == Seconds(3));
}

TEST_CASE("1F1B with a rendezvous waits in no circle, and takes the same where transfers are free",
          "[engine]") {
  std::vector<program::Play> plays;
  for (const std::int32_t p : {2, 3, 5}) {
    for (const std::int32_t m : {1, 2, 7}) {
      plays.push_back(pipeline_of(p, m, 0.1, 0.1));
      plays.push_back(pipeline_of(p, m, 0.1, 0.1, Sending::rendezvous));
    }
  }
  const auto outcomes = play_all(plays, Backend::fair);
  for (std::size_t i = 0; i < plays.size(); i += 2) {
    CHECK(outcomes[i + 1].duration.value() >= outcomes[i].duration.value() * (1 - 1e-12));
  }
}

// Narayanan et al., arXiv 2104.04473, section 2.2.1.
TEST_CASE("with free transfers 1F1B's bubble is (p - 1) / m of the ideal time", "[engine]") {
  std::vector<program::Play> plays;
  std::vector<double> ideal;
  std::vector<double> bubble;
  for (const std::int32_t p : {1, 2, 4, 7}) {
    for (const std::int32_t m : {1, 3, 8, 32}) {
      plays.push_back(pipeline_of(p, m, 0.11, 0.23));
      ideal.push_back(m * (0.11 + 0.23));
      bubble.push_back((p - 1.0) / m);
    }
  }
  const auto outcomes = play_all(plays, Backend::fair);
  for (std::size_t i = 0; i < plays.size(); ++i) {
    CHECK(outcomes[i].duration.value() / ideal[i] - 1 ==
          Approx(bubble[i]).epsilon(1e-9).margin(1e-12));
    for (std::size_t player = 0; player < plays[i].players.size(); ++player) {
      const Seconds idle = spent(outcomes[i], player, Activity::pipeline_wait) +
                           spent(outcomes[i], player, Activity::finished);
      CHECK(idle.value() == Approx(bubble[i] * ideal[i]).epsilon(1e-9).margin(1e-12));
    }
  }
}

TEST_CASE("every player's time is spent on something", "[engine]") {
  auto slow = two({compute(1), send(300), compute(0.1)}, {receive(), compute(2)}, Seconds(0.5));
  slow.players[1].slowness = 1.25;
  const auto outcomes =
      play_all({pipeline_of(4, 9, 0.1, 0.3), pipeline_of(4, 9, 0.1, 0.3, Sending::rendezvous),
                ring(5, BytesPerSecond(1e9), Seconds(1e-6), Bytes(1e8)), slow},
               Backend::fair);
  for (const Outcome& outcome : outcomes) {
    for (std::size_t player = 0; player < outcome.spent.size(); ++player) {
      CHECK(sum(outcome, player).value() == Approx(outcome.duration.value()).epsilon(1e-12));
      for (const Seconds seconds : outcome.spent[player]) CHECK(seconds >= Seconds(0));
    }
  }
}

TEST_CASE("a play whose player waits forever is a broken contract", "[engine]") {
  for (const Backend backend : {Backend::fair, Backend::s4u}) {
    CHECK_THROWS_WITH(play_one(two({compute(1), send(8)}, {receive(), receive()}), backend),
                      Catch::Contains("every player reaches its end"));
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("receiving from nobody is a broken contract", "[engine]") {
  CHECK_THROWS_WITH(play_one(two({receive()}, {})), Catch::Contains("EXPECT failed"));
}

TEST_CASE("SimGrid's own network refuses flows that stand for several", "[engine]") {
  program::Play folded = two({send(8)}, {receive()});
  folded.flows[0].uses[0].weight = 2;
  CHECK_THROWS_WITH(play_one(folded, Backend::s4u), Catch::Contains("use.weight == 1"));
}
#endif

}  // namespace trainyard::engine
