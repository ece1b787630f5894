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
using program::Verb;

class RandomPlay {
 public:
  explicit RandomPlay(std::uint64_t seed) : random_(seed) {}

  // Events are drawn one after the other and appended to whoever takes part, so that their order is
  // one in which the play can run: nobody waits in a circle.
  program::Play make() {
    const int players = draw(2, 7);
    const int links = draw(1, 9);
    for (int i = 0; i < links; ++i) play_.links.emplace_back(draw(1'000'000, 9'000'000));
    for (int p = 0; p < players; ++p) {
      play_.roles.push_back({"player " + std::to_string(p), {}});
      program::Player player{.role = p};
      player.lanes.assign(5, program::none);
      player.senders.assign(5, program::none);
      play_.players.push_back(std::move(player));
      play_.players.back().group = 0;
    }
    play_.groups.emplace_back();
    for (int p = 0; p < players; ++p) play_.groups[0].push_back(p);
    play_.phase_share = {0.5, 0.25};
    for (int lane = 0; lane < 5; ++lane) connect(lane, players);
    for (int event = draw(5, 60); event > 0; --event) add_event(players);
    for (int p = 0; p < players; ++p) add(p, Verb::join, Activity::gradient_wait, 0, 0);
    return std::move(play_);
  }

 private:
  int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double seconds() { return std::uniform_real_distribution<double>(0.001, 0.5)(random_); }

  void add(int player, Verb verb, Activity activity, int lane, double amount) {
    play_.roles[static_cast<std::size_t>(player)].instructions.push_back(
        {verb, activity, lane, amount});
  }

  // On every lane a random permutation of receivers, each flow over a few random links.
  void connect(int lane, int players) {
    std::vector<int>& receivers = receivers_.emplace_back();
    for (int p = 0; p < players; ++p) receivers.push_back(p);
    std::shuffle(receivers.begin(), receivers.end(), random_);
    for (int p = 0; p < players; ++p) {
      program::FlowClass flow{.latency = Seconds(seconds() / 10)};
      const auto receiver = static_cast<std::size_t>(receivers[static_cast<std::size_t>(p)]);
      play_.players[receiver].senders[static_cast<std::size_t>(lane)] = p;
      const auto links = static_cast<std::int32_t>(play_.links.size());
      const std::int32_t always = draw(0, links - 1);
      for (std::int32_t link = 0; link < links; ++link) {
        if (link == always || draw(0, 3) == 0) flow.uses.push_back({link, 1});
      }
      play_.players[static_cast<std::size_t>(p)].lanes[static_cast<std::size_t>(lane)] =
          static_cast<std::int32_t>(play_.flows.size());
      play_.flows.push_back(std::move(flow));
    }
  }

  void add_event(int players) {
    const int kind = draw(0, 9);
    const int player = draw(0, players - 1);
    if (kind < 4) {
      add(player, Verb::compute, Activity::forward, 0, seconds());
    } else if (kind < 8) {
      const int lane = draw(0, 2);
      add(player, Verb::send, Activity::forward, lane, draw(1, 2'000'000));
      add(receivers_[static_cast<std::size_t>(lane)][static_cast<std::size_t>(player)],
          Verb::receive, Activity::pipeline_wait, lane, 0);
    } else if (kind == 8) {
      // Parts of it are whole bytes.
      const double bytes = 4.0 * draw(1, 500'000);
      for (int p = 0; p < players; ++p) add(p, Verb::exchange, Activity::backward, 0, bytes);
    } else {
      add(player, Verb::join, Activity::gradient_wait, 0, 0);
    }
  }

  std::mt19937_64 random_;
  program::Play play_;
  std::vector<std::vector<int>> receivers_;  // [lanes][players]
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
    CHECK(fair[i].duration > Seconds(0));
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
