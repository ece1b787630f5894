#include "engine/groups.hpp"

#include <catch2/catch.hpp>

#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;

constexpr std::int32_t lane = program::lane::first_exchange(1);

// Three members that send 100 bytes to the next on every lane of a pattern, each on its own link.
program::Play three(const Instructions& instructions, std::vector<program::Pattern> patterns,
                    std::int32_t lanes) {
  program::Play play = group_of(3, instructions, lanes);
  play.patterns = std::move(patterns);
  for (std::int32_t l = lane; l < lane + lanes; ++l) {
    for (std::int32_t i = 0; i < 3; ++i) connect(play, l, i, (i + 1) % 3, {.uses = {{i, 1}}});
  }
  return play;
}

double duration(const program::Play& play) {
  return play_one(play).duration.value();
}

}  // namespace

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

TEST_CASE("the messages of a phase pay the overhead once, none of it counts as moved", "[engine]") {
  program::Play play = ring(3, BytesPerSecond(100), Seconds(0.5), Bytes(300));
  for (program::FlowClass& flow : play.flows) flow.overhead = Bytes(25);
  const Outcome outcome = play_one(play);
  // Four messages of 100 bytes, and 25 more.
  CHECK(outcome.duration.value() == Approx(4 * (0.5 + 1) + 0.25).epsilon(1e-12));
  for (const Bytes moved : outcome.moved) CHECK(moved.value() == Approx(400).epsilon(1e-12));
}

TEST_CASE("the overhead of a phase is no more than what it carries", "[engine]") {
  program::Play play = ring(3, BytesPerSecond(100), Seconds(0.5), Bytes(300));
  for (program::FlowClass& flow : play.flows) flow.overhead = Bytes(1e6);
  CHECK(duration(play) == Approx(4 * (0.5 + 2)).epsilon(1e-12));
}

TEST_CASE("a member's own piece is on the wire besides", "[engine]") {
  program::Play play = ring(3, BytesPerSecond(100), Seconds(0.5), Bytes(300));
  for (program::FlowClass& flow : play.flows) flow.own_piece = 0.5;
  play.patterns[0].phases[0][0].own = 1.0 / 3;
  CHECK(duration(play) == Approx(4 * (0.5 + 1) + 0.5).epsilon(1e-12));
}

TEST_CASE("an exchange is set up once, before its first phase", "[engine]") {
  std::vector<program::Pattern> patterns{
      {.phases = {{{lane, 0.5, 1}}, {{lane + 1, 0.25, 1}}}, .setup = Seconds(7)}};
  CHECK(duration(three({exchange(400), join()}, patterns, 2)) == Approx(7 + 2 + 1).epsilon(1e-12));
}

TEST_CASE("parts of a phase wait side by side, or in turn", "[engine]") {
  std::vector<program::Pattern> patterns{{.phases = {{{lane, 0.5, 3}, {lane + 1, 0.25, 2}}}}};
  program::Play play = three({exchange(400), join()}, patterns, 2);
  for (program::FlowClass& flow : play.flows) flow.latency = Seconds(100);
  // The smaller one is over before the other starts.
  CHECK(duration(play) == Approx(300 + 2).epsilon(1e-12));
  play.patterns[0].in_turn = true;
  CHECK(duration(play) == Approx(500 + 3).epsilon(1e-12));
}

TEST_CASE("an exchange waits for its last member, and exchanges follow each other", "[engine]") {
  // Ring of two, 400 bytes: one phase of 4 s. The late member offers at 1 s and 2 s.
  program::Play play = ring(2, BytesPerSecond(100), Seconds(0), Bytes(400));
  play.roles[0] = once("early", {exchange(400), exchange(400), join()});
  play.roles[1] = once("late", {compute(1), exchange(400), compute(1), exchange(400), join()});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(1 + 4 + 4).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::gradient_wait).value() == Approx(9).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::gradient_wait).value() == Approx(7).epsilon(1e-12));
}

TEST_CASE("a join may leave some exchanges open", "[engine]") {
  // Exchanges of 1 s each, done at 1 s, 2 s and 3 s.
  const auto joined_at = [](double open) {
    program::Play play =
        three({exchange(100), exchange(100), exchange(100), join(open), compute(10)},
              {{.phases = {{{lane, 1, 1}}}}}, 1);
    return duration(play) - 10;
  };
  CHECK(joined_at(0) == Approx(3).epsilon(1e-12));
  CHECK(joined_at(1) == Approx(2).epsilon(1e-12));
  CHECK(joined_at(2) == Approx(1).epsilon(1e-12));
  CHECK(joined_at(3) == Approx(0).margin(1e-12));
}

TEST_CASE("a member that joined is not held by what others offer later", "[engine]") {
  program::Play play =
      three({exchange(100), join(), compute(1)}, {{.phases = {{{lane, 1, 1}}}}}, 1);
  play.roles[1] = once("goes on", {exchange(100), join(), compute(7), exchange(100), join()});
  play.roles[0] = once("goes on", {exchange(100), join(), exchange(100), compute(2), join()});
  play.roles[2] = once("goes on", {exchange(100), join(), compute(1), exchange(100), join()});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(1 + 7 + 1).epsilon(1e-12));
  CHECK(spent(outcome, 1, Activity::gradient_wait).value() == Approx(2).epsilon(1e-12));
  CHECK(spent(outcome, 2, Activity::gradient_wait).value() == Approx(8).epsilon(1e-12));
}

TEST_CASE("a phase waits for all transfers of the phase before", "[engine]") {
  program::Play play =
      three({exchange(400), join()}, {{.phases = {{{lane, 0.5, 1}}, {{lane + 1, 0.25, 1}}}}}, 2);
  CHECK(duration(play) == Approx(2 + 1).epsilon(1e-12));
  // Member 0 sends over a link four times as slow: both phases take its time.
  play.links[0] = BytesPerSecond(25);
  CHECK(duration(play) == Approx(8 + 4).epsilon(1e-12));
}

TEST_CASE("parts of a phase run side by side and share links", "[engine]") {
  const program::Play play =
      three({exchange(400), join()}, {{.phases = {{{lane, 0.5, 1}, {lane + 1, 0.25, 1}}}}}, 2);
  CHECK(duration(play) == Approx(3).epsilon(1e-12));
}

TEST_CASE("the messages of a pattern may be phases of one lane", "[engine]") {
  program::Play play = three({exchange(400), join()},
                             {{.phases = {3, std::vector<program::Part>{{lane, 0.25, 1}}}}}, 1);
  for (program::FlowClass& flow : play.flows) flow.latency = Seconds(0.5);
  CHECK(duration(play) == Approx(3 * 1.5).epsilon(1e-12));
}

TEST_CASE("members without a part of a phase only wait for it", "[engine]") {
  // Up a tree of three, 1 s, and down again: members 1 and 2 send to 0 over their links, then it to
  // both over its own.
  program::Play play = group_of(3, {exchange(100), join()}, 3);
  play.patterns = {{.phases = {{{lane, 1, 1}}, {{lane + 1, 1, 1}, {lane + 2, 1, 1}}}}};
  connect(play, lane, 1, 0, {.uses = {{1, 1}}});
  connect(play, lane, 2, 0, {.uses = {{2, 1}}});
  connect(play, lane + 1, 0, 1, {.uses = {{0, 1}}});
  connect(play, lane + 2, 0, 2, {.uses = {{0, 1}}});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(1 + 2).epsilon(1e-12));
  for (std::size_t p = 0; p < 3; ++p) {
    CHECK(spent(outcome, p, Activity::gradient_wait).value() == Approx(3).epsilon(1e-12));
  }
}

TEST_CASE("a phase in which nobody sends takes no time", "[engine]") {
  program::Play play = three({exchange(100), join()}, {{.phases = {{{lane, 1, 1}}}}}, 1);
  play.flow.assign(play.flow.size(), program::none);
  CHECK(duration(play) == 0);
}

TEST_CASE("transfers of a phase wait for their own latency each", "[engine]") {
  program::Play play = three({exchange(100), join()}, {{.phases = {{{lane, 1, 2}}}}}, 1);
  play.flows[0].latency = Seconds(1);
  play.flows[1].latency = Seconds(3);
  play.links[0] = BytesPerSecond(10);
  // Member 0: two messages' latency, then 10 s; member 1: 6 s, then 1 s.
  CHECK(duration(play) == Approx(2 + 10).epsilon(1e-12));
  play.links[0] = BytesPerSecond(50);
  CHECK(duration(play) == Approx(6 + 1).epsilon(1e-12));
}

TEST_CASE("an exchange with a closed form waits for all members, then takes its time", "[engine]") {
  program::Play play =
      three({exchange(100), join(), compute(1)}, {{.fixed = Seconds(0.5), .per_byte = 0.02}}, 1);
  play.roles[2] = once("late", {compute(3), exchange(100), join(), compute(1)});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(3 + 2.5 + 1).epsilon(1e-12));
  CHECK(spent(outcome, 2, Activity::gradient_wait).value() == Approx(2.5).epsilon(1e-12));
}

TEST_CASE("a group does the exchanges of a channel in turn, those of others beside", "[engine]") {
  const std::vector<program::Pattern> patterns{{.channel = 0, .fixed = Seconds(2)},
                                               {.channel = 0, .fixed = Seconds(3)},
                                               {.channel = 1, .fixed = Seconds(4)}};
  const Instructions both{exchange(1, 0), exchange(1, 1), exchange(1, 2),
                          join(0, 1),     compute(0.5),   join(0, 0)};
  program::Play play = unconnected({2, once("member", both)}, 0, 2);
  play.patterns = patterns;
  add_group(play, 0, {0, 1});
  add_group(play, 1, {0, 1});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration.value() == Approx(5).epsilon(1e-12));
  CHECK(spent(outcome, 0, Activity::gradient_wait).value() == Approx(4 + 0.5).epsilon(1e-12));
}

TEST_CASE("groups of a channel do not wait for each other", "[engine]") {
  program::Play play = unconnected({4, once("member", {exchange(1), join()})});
  play.patterns = {{.fixed = Seconds(2)}};
  add_group(play, 0, {0, 1});
  add_group(play, 0, {2, 3});
  play.roles[3] = once("late", {compute(5), exchange(1), join()});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration == Seconds(7));
  CHECK(spent(outcome, 0, Activity::gradient_wait) == Seconds(2));
  CHECK(spent(outcome, 2, Activity::gradient_wait) == Seconds(7));
}

TEST_CASE("who is in no group of a channel waits for nothing there", "[engine]") {
  program::Play play = unconnected({3, once("member", {exchange(1), join()})});
  play.patterns = {{.fixed = Seconds(2)}};
  add_group(play, 0, {0, 1});
  play.roles[2] = once("alone", {join()});
  const Outcome outcome = play_one(play);
  CHECK(outcome.duration == Seconds(2));
  CHECK(spent(outcome, 2, Activity::gradient_wait) == Seconds(0));
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("members that offer different exchanges break a contract", "[engine]") {
  program::Play play = unconnected({2, once("member", {exchange(1, 0), join()})});
  play.patterns = {{.fixed = Seconds(2)}, {.fixed = Seconds(2)}};
  add_group(play, 0, {0, 1});
  play.roles[1] = once("other", {exchange(1, 1), join()});
  CHECK_THROWS_WITH(play_one(play), Catch::Contains("offered.pattern == number"));
}
#endif

// Two rings of n members over the same ports of b = 100: per member S 2 (n - 1) / n bytes. Both run
// at b / 2 until the smaller is done, then the larger has the rest for itself.
TEST_CASE("two rings over the same links get their max-min shares", "[engine]") {
  constexpr std::int32_t n = 4;
  constexpr double small = 400;
  constexpr double large = 1000;
  const double share = 2.0 * (n - 1) / n;
  std::vector<program::Role> roles(n, once("small", {exchange(small), join()}));
  roles.resize(2 * n, once("large", {exchange(large), join()}));
  program::Play play = unconnected(std::move(roles), 1);
  play.links.assign(2 * n, BytesPerSecond(100));
  play.patterns = {{.phases = {{{lane, share, 2.0 * (n - 1)}}}}};
  for (const std::int32_t first : {0, n}) {
    std::vector<std::int32_t> members;
    for (std::int32_t i = 0; i < n; ++i) {
      members.push_back(first + i);
      connect(play, lane, first + i, first + (i + 1) % n,
              {.uses = {{2 * i, 1}, {2 * ((i + 1) % n) + 1, 1}}, .latency = Seconds(0.25)});
    }
    add_group(play, 0, members);
  }
  const double latency = 2 * (n - 1) * 0.25;
  const Outcome outcome = play_one(play);
  const double first_done = latency + share * small / 50;
  CHECK(spent(outcome, 0, Activity::gradient_wait).value() == Approx(first_done).epsilon(1e-12));
  CHECK(outcome.duration.value() ==
        Approx(first_done + share * (large - small) / 100).epsilon(1e-12));
}

}  // namespace trainyard::engine
