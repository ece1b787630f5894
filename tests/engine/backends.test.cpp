// The two network backends against each other: random plays of small size, zero link latencies,
// whole bytes, weights of one.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "engine/playing.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;

constexpr std::int32_t first_exchange = program::lane::first_exchange(1);

class RandomPlay {
 public:
  explicit RandomPlay(std::uint64_t seed) : random_(seed) {}

  // Events are drawn one after the other and appended to whoever takes part, so that their order is
  // one in which the play can run: nobody waits in a circle.
  program::Play make() {
    const int players = draw(2, 7);
    steps_.resize(static_cast<std::size_t>(players));
    play_ = unconnected(std::vector<program::Role>(static_cast<std::size_t>(players)), 2);
    for (int i = draw(1, 9); i > 0; --i) play_.links.emplace_back(draw(1'000'000, 9'000'000));
    std::vector<std::int32_t> members;
    for (int p = 0; p < players; ++p) members.push_back(p);
    add_group(play_, 0, members);
    play_.patterns = {{.phases = {{{first_exchange, 0.5, 1}}, {{first_exchange + 1, 0.25, 3}}}},
                      {.phases = {{{first_exchange, 0.25, 2}, {first_exchange + 1, 0.5, 1}}}},
                      {.fixed = Seconds(0.01), .per_byte = 1e-7}};
    for (int lane = 0; lane < play_.lanes; ++lane) connect_all(lane, players);
    for (int event = draw(5, 60); event > 0; --event) add_event(players);
    for (int p = 0; p < players; ++p) add(p, join());
    for (int p = 0; p < players; ++p) {
      const auto index = static_cast<std::size_t>(p);
      play_.roles[index] = once("player " + std::to_string(p), std::move(steps_[index]));
    }
    return std::move(play_);
  }

 private:
  int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double seconds() { return std::uniform_real_distribution<double>(0.001, 0.5)(random_); }

  void add(int player, const program::Instruction& instruction) {
    steps_[static_cast<std::size_t>(player)].push_back(instruction);
  }

  // On every lane a random permutation of receivers, each flow over a few random links.
  void connect_all(int lane, int players) {
    std::vector<int>& receivers = receivers_.emplace_back();
    for (int p = 0; p < players; ++p) receivers.push_back(p);
    std::shuffle(receivers.begin(), receivers.end(), random_);
    sizes_.push_back(draw(1, 2'000'000));
    for (int p = 0; p < players; ++p) {
      program::FlowClass flow{.latency = Seconds(seconds() / 10), .overhead = Bytes(draw(0, 999))};
      const auto links = static_cast<std::int32_t>(play_.links.size());
      const std::int32_t always = draw(0, links - 1);
      for (std::int32_t link = 0; link < links; ++link) {
        if (link == always || draw(0, 3) == 0) flow.uses.push_back({link, 1});
      }
      connect(play_, lane, p, receivers[static_cast<std::size_t>(p)], std::move(flow));
    }
  }

  void add_event(int players) {
    const int kind = draw(0, 9);
    const int player = draw(0, players - 1);
    if (kind < 4) {
      add(player, compute(seconds()));
    } else if (kind < 8) {
      const int lane = draw(0, first_exchange - 1);
      const auto index = static_cast<std::size_t>(lane);
      add(player, send(sizes_[index], lane));
      add(receivers_[index][static_cast<std::size_t>(player)], receive(lane));
    } else if (kind == 8) {
      // Parts of it are whole bytes.
      const double bytes = 4.0 * draw(1, 500'000);
      const int pattern = draw(0, 2);
      for (int p = 0; p < players; ++p) add(p, exchange(bytes, pattern));
    } else {
      add(player, join(draw(0, 1)));
    }
  }

  std::mt19937_64 random_;
  program::Play play_;
  std::vector<Instructions> steps_;          // [players]
  std::vector<std::vector<int>> receivers_;  // [lanes][players]
  std::vector<double> sizes_;                // [lanes]: transfers of a lane are equal
};

// In parts of what is allowed: 1 ns and a billionth.
double difference(Seconds a, Seconds b) {
  return std::abs((a - b).value()) / (1e-9 + 1e-9 * a.value());
}

}  // namespace

TEST_CASE("both backends give the same times to 1 ns + 1e-9 on random plays", "[engine]") {
  std::vector<program::Play> plays;
  for (std::uint64_t seed = 0; seed < 200; ++seed) plays.push_back(RandomPlay(seed).make());
  const auto fair = play_all(plays, Backend::fair);
  const auto s4u = play_all(plays, Backend::s4u);
  double worst = 0;
  for (std::size_t i = 0; i < plays.size(); ++i) {
    REQUIRE(fair[i].duration > Seconds(0));
    CHECK(fair[i].events == s4u[i].events);
    CHECK(fair[i].moved == s4u[i].moved);
    worst = std::max(worst, difference(fair[i].duration, s4u[i].duration));
    for (std::size_t p = 0; p < plays[i].players.size(); ++p) {
      for (std::size_t a = 0; a < program::activities; ++a) {
        worst = std::max(worst, difference(fair[i].spent[p][a], s4u[i].spent[p][a]));
      }
    }
  }
  CAPTURE(worst);
  CHECK(worst <= 1);
}

TEST_CASE("both backends play a ring in its closed form", "[engine]") {
  const auto play = ring(6, BytesPerSecond(45e9), Seconds(2.3e-6), Bytes(6e9));
  const double expected = 2 * 5.0 / 6 * 6e9 / 45e9 + 2 * 5 * 2.3e-6;
  CHECK(play_one(play, Backend::fair).duration.value() == Approx(expected).epsilon(1e-12));
  CHECK(play_one(play, Backend::s4u).duration.value() == Approx(expected).epsilon(1e-9));
}

}  // namespace trainyard::engine
