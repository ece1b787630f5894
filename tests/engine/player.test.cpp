#include "engine/player.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "base/check.hpp"
#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;
using program::Verb;

Seconds spent(const Outcome& outcome, std::size_t player, Activity activity) {
  return outcome.spent[player][static_cast<std::size_t>(activity)];
}

Seconds sum(const Outcome& outcome, std::size_t player) {
  const auto& spent = outcome.spent[player];
  return std::accumulate(spent.begin(), spent.end(), Seconds(0));
}

// Two players; the first can send to the second over one link.
program::Play two(std::vector<program::Instruction> first, std::vector<program::Instruction> second,
                  Seconds latency = Seconds(0)) {
  program::Play play;
  play.roles = {{"first", std::move(first)}, {"second", std::move(second)}};
  play.players.resize(2);
  play.players[0].lanes = {program::none, 0, program::none};
  play.players[1].role = 1;
  play.players[1].lanes.assign(3, program::none);
  play.players[0].senders.assign(3, program::none);
  play.players[1].senders = {program::none, 0, program::none};
  play.flows = {{.uses = {{0, 1}}, .latency = latency}};
  play.links = {BytesPerSecond(100)};
  return play;
}

constexpr program::Instruction compute(double seconds) {
  return {Verb::compute, Activity::forward, 0, seconds};
}
constexpr program::Instruction send(double bytes) {
  return {Verb::send, Activity::forward, program::lane::forward, bytes};
}
constexpr program::Instruction receive{Verb::receive, Activity::pipeline_wait,
                                       program::lane::forward, 0};

// 1F1B with passes of a and b seconds and transfers that cost nothing.
program::Play pipeline_of(std::int32_t stages, std::int32_t micro_batches, double a, double b) {
  program::Play play;
  for (std::int32_t s = 0; s < stages; ++s) {
    program::Role role;
    const auto add = [&](Verb verb, Activity activity, std::int32_t lane, double amount) {
      role.instructions.push_back({verb, activity, lane, amount});
    };
    const auto forward = [&] {
      if (s > 0) add(Verb::receive, Activity::pipeline_wait, program::lane::forward, 0);
      add(Verb::compute, Activity::forward, 0, a);
      if (s + 1 < stages) add(Verb::send, Activity::forward, program::lane::forward, 8);
    };
    const auto backward = [&] {
      if (s + 1 < stages) add(Verb::receive, Activity::pipeline_wait, program::lane::backward, 0);
      add(Verb::compute, Activity::backward, 0, b);
      if (s > 0) add(Verb::send, Activity::backward, program::lane::backward, 8);
    };
    const std::int32_t ahead = std::min(stages - s - 1, micro_batches);
    for (std::int32_t i = 0; i < ahead; ++i) forward();
    for (std::int32_t i = 0; i < micro_batches; ++i) {
      if (i + ahead < micro_batches) forward();
      backward();
    }
    play.roles.push_back(std::move(role));
    program::Player player{.role = s};
    player.lanes.assign(3, program::none);
    player.senders.assign(3, program::none);
    for (const std::int32_t direction : {1, -1}) {
      if (s + direction < 0 || s + direction >= stages) continue;
      player.lanes[direction > 0 ? 1 : 2] = static_cast<std::int32_t>(play.flows.size());
      play.flows.emplace_back();
      player.senders[direction > 0 ? 2 : 1] = s + direction;
    }
    play.players.push_back(std::move(player));
  }
  return play;
}

}  // namespace

TEST_CASE("a player that computes takes as long as it computes", "[engine]") {
  const Outcome outcome = play_one(two({compute(2), compute(3)}, {compute(1)}));
  CHECK(outcome.duration == Seconds(5));
  CHECK(spent(outcome, 0, Activity::forward) == Seconds(5));
  CHECK(spent(outcome, 1, Activity::forward) == Seconds(1));
  CHECK(spent(outcome, 1, Activity::finished) == Seconds(4));
}

TEST_CASE("a transfer takes its latency, then its bytes over the bandwidth", "[engine]") {
  const Outcome outcome = play_one(two({compute(1), send(300)}, {receive}, Seconds(0.5)));
  CHECK(outcome.duration.value() == Approx(1 + 0.5 + 3).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::pipeline_wait).value() == Approx(4.5).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::finished).value() == Approx(3.5).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(300));
}

TEST_CASE("a sender goes on while its transfer moves", "[engine]") {
  const Outcome outcome = play_one(two({send(300), compute(3)}, {receive}));
  CHECK(outcome.duration.value() == Approx(3).epsilon(1e-12));
}

TEST_CASE("transfers of a lane go one after the other", "[engine]") {
  const Outcome outcome =
      play_one(two({send(100), send(100), send(100)}, {receive, receive, receive}, Seconds(1)));
  CHECK(outcome.duration.value() == Approx(3 * (1 + 1)).epsilon(1e-12));
  CHECK(outcome.moved.at(0) == Bytes(300));
}

TEST_CASE("what arrived before it is asked for is not waited for", "[engine]") {
  const Outcome outcome = play_one(two({send(100)}, {compute(7), receive}));
  CHECK(outcome.duration == Seconds(7));
  CHECK(spent(outcome, 1, Activity::pipeline_wait) == Seconds(0));
}

TEST_CASE("an empty transfer takes its latency only", "[engine]") {
  const Outcome outcome = play_one(two({send(0)}, {receive}, Seconds(0.25)));
  CHECK(outcome.duration.value() == Approx(0.25).epsilon(1e-12));
}

TEST_CASE("a step of nobody and nothing takes no time", "[engine]") {
  CHECK(play_one(two({}, {})).duration == Seconds(0));
}

TEST_CASE("a ring of n equal flows takes 2 (n - 1) / n B / b + 2 (n - 1) l", "[engine]") {
  const double b = 45e9;
  const double l = 2.3e-6;
  std::vector<program::Play> plays;
  std::vector<double> expected;
  for (const std::int32_t n : {2, 3, 8, 64}) {
    for (const double bytes : {1e3, 1e6, 7e9}) {
      plays.push_back(ring(n, BytesPerSecond(b), Seconds(l), Bytes(bytes)));
      expected.push_back(2 * (n - 1.0) / n * bytes / b + 2 * (n - 1) * l);
    }
  }
  const auto outcomes = play_all(plays, Backend::fair);
  for (std::size_t i = 0; i < plays.size(); ++i) {
    CHECK(outcomes[i].duration.value() == Approx(expected[i]).epsilon(1e-12));
    for (std::size_t p = 0; p < plays[i].players.size(); ++p) {
      CHECK(spent(outcomes[i], p, Activity::gradient_wait) == outcomes[i].duration);
    }
  }
}

TEST_CASE("an exchange waits for its last member, and exchanges follow each other", "[engine]") {
  // Ring of two, 400 bytes: one phase of 4 s. The late member offers at 1 s and 2 s.
  program::Play play = ring(2, BytesPerSecond(100), Seconds(0), Bytes(400));
  const program::Instruction exchange = play.roles[0].instructions[0];
  const program::Instruction join = play.roles[0].instructions[1];
  play.roles = {{"early", {exchange, exchange, join}},
                {"late", {compute(1), exchange, compute(1), exchange, join}}};
  play.players[1].role = 1;
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(1 + 4 + 4).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::gradient_wait).value() == Approx(9).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::gradient_wait).value() == Approx(7).epsilon(1e-12));
}

TEST_CASE("the phases of an exchange wait for all flows of the phase before", "[engine]") {
  // Member 0 sends over a link four times as slow; both phases take its time.
  program::Play play = ring(2, BytesPerSecond(100), Seconds(0), Bytes(400));
  play.links[0] = BytesPerSecond(25);
  play.phase_share = {0.5, 0.25};
  for (program::Player& player : play.players) {
    player.lanes.push_back(player.lanes.back());
    player.senders.push_back(program::none);
  }
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx((200.0 + 100) / 25).epsilon(1e-12));
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
  const auto outcomes = play_all(
      {pipeline_of(4, 9, 0.1, 0.3), ring(5, BytesPerSecond(1e9), Seconds(1e-6), Bytes(1e8)),
       two({compute(1), send(300), compute(0.1)}, {receive, compute(2)}, Seconds(0.5))},
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
    const auto told = support::in_child([&]() -> support::Numbers {
      try {
        play(two({compute(1), send(8)}, {receive, receive}), backend);
      } catch (const ContractError& error) {
        const std::string text = error.what();
        return {text.find("every player reaches its end") != std::string::npos ? 1.0 : 2.0};
      }
      return {0};
    });
    CHECK(told == support::Numbers{1});
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("receiving from nobody is a broken contract", "[engine]") {
  CHECK_THROWS_WITH(play_one(two({receive}, {})), Catch::Contains("EXPECT failed"));
}

TEST_CASE("SimGrid's own network refuses flows that stand for several", "[engine]") {
  program::Play folded = two({send(8)}, {receive});
  folded.flows[0].uses[0].weight = 2;
  CHECK_THROWS_WITH(play_one(folded, Backend::s4u), Catch::Contains("use.weight == 1"));
}
#endif

}  // namespace trainyard::engine
