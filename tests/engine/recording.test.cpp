// What a recording tells of a play.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

// Played in a child; the recording comes back as numbers.
Recording recorded(const program::Play& played) {
  const auto numbers = support::in_children(2, [&](std::size_t part) {
    Recording recording;
    play(played, Backend::fair, &recording);
    support::Numbers flat;
    if (part == 0) {
      for (const Span& span : recording.spans) {
        flat.insert(flat.end(), {static_cast<double>(span.player), static_cast<double>(span.call),
                                 static_cast<double>(span.first), static_cast<double>(span.end),
                                 span.start.value(), span.finish.value()});
      }
    } else {
      for (const Move& move : recording.moves) {
        flat.insert(flat.end(), {static_cast<double>(move.player), static_cast<double>(move.lane),
                                 move.bytes.value(), move.start.value(), move.finish.value()});
      }
    }
    return flat;
  });
  Recording recording;
  const auto whole = [](double number) { return static_cast<std::int32_t>(number); };
  for (auto n = numbers[0].begin(); n != numbers[0].end(); n += 6) {
    recording.spans.push_back(
        {whole(n[0]), whole(n[1]), whole(n[2]), whole(n[3]), Seconds(n[4]), Seconds(n[5])});
  }
  for (auto n = numbers[1].begin(); n != numbers[1].end(); n += 5) {
    recording.moves.push_back(
        {whole(n[0]), whole(n[1]), Bytes(n[2]), Seconds(n[3]), Seconds(n[4])});
  }
  return recording;
}

program::Play example() {
  program::Play play =
      two({compute(1), compute(1), send(300), compute(1), exchange(100), join()},
          {compute(2), receive(), compute(2), exchange(100), join()}, Seconds(0.5));
  play.roles[0].bodies = {{0, 4}, {4, 6}};
  play.roles[0].calls = {0, 1};
  play.patterns = {{.fixed = Seconds(2)}};
  add_group(play, 0, {0, 1});
  play.players[1].slowness = 2;
  return play;
}

}  // namespace

TEST_CASE("a player's spans follow each other without a gap from the start to its end",
          "[engine]") {
  const program::Play play = example();
  const Outcome outcome = play_one(play);
  const Recording recording = recorded(play);
  for (std::size_t p = 0; p < 2; ++p) {
    double at = 0;
    for (const Span& span : recording.spans) {
      if (span.player != static_cast<std::int32_t>(p)) continue;
      CHECK(span.start.value() == Approx(at).margin(1e-12));
      CHECK(span.finish > span.start);
      at = span.finish.value();
    }
    const Seconds end = outcome.duration - spent(outcome, p, program::Activity::finished);
    CHECK(at == Approx(end.value()).epsilon(1e-12));
  }
}

TEST_CASE("spans name runs of computing and single instructions that waited", "[engine]") {
  const Recording recording = recorded(example());
  std::vector<std::vector<std::int32_t>> first;
  for (const Span& span : recording.spans) {
    if (span.player == 0) first.push_back({span.call, span.first, span.end});
  }
  CHECK(first == std::vector<std::vector<std::int32_t>>{{0, 0, 2}, {0, 3, 4}, {1, 5, 6}});
}

TEST_CASE("spans come in the order in which they finish", "[engine]") {
  const Recording recording = recorded(example());
  CHECK(std::is_sorted(recording.spans.begin(), recording.spans.end(),
                       [](const Span& a, const Span& b) { return a.finish < b.finish; }));
}

TEST_CASE("moves tell what was sent when, latency included", "[engine]") {
  const Recording recording = recorded(example());
  REQUIRE(recording.moves.size() == 1);
  const Move& move = recording.moves.front();
  CHECK(move.player == 0);
  CHECK(move.lane == program::lane::forward(0));
  CHECK(move.bytes == Bytes(300));
  CHECK(move.start.value() == Approx(2).epsilon(1e-12));
  CHECK(move.finish.value() == Approx(2 + 0.5 + 3).epsilon(1e-12));
}

TEST_CASE("every transfer of an exchange is a move of its sender", "[engine]") {
  const Recording recording = recorded(ring(3, BytesPerSecond(100), Seconds(0.25), Bytes(300)));
  REQUIRE(recording.moves.size() == 3);
  std::map<std::int32_t, std::int64_t> moves;
  for (const Move& move : recording.moves) {
    ++moves[move.player];
    CHECK(move.lane == program::lane::first_exchange(1));
    CHECK(move.bytes.value() == Approx(400).epsilon(1e-12));
    CHECK(move.start == Seconds(0));
    CHECK(move.finish.value() == Approx(4 * 0.25 + 4).epsilon(1e-12));
  }
  CHECK(moves.size() == 3);
}

TEST_CASE("recording changes no outcome", "[engine]") {
  const auto durations = support::in_children(2, [](std::size_t recorded) -> support::Numbers {
    Recording recording;
    const auto play = example();
    const Outcome outcome = engine::play(play, Backend::fair, recorded == 1 ? &recording : nullptr);
    return {outcome.duration.value(), static_cast<double>(outcome.events)};
  });
  CHECK(durations[0] == durations[1]);
}

}  // namespace trainyard::engine
