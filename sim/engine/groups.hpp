// Exchanges in progress: a group starts one when all its members have offered their part and the
// one before is done, and goes through the phases of its pattern.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/player.hpp"
#include "program/play.hpp"

namespace trainyard::engine {

// What groups ask of the player. Tokens come back by `expired` and `arrived`.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void delay(Seconds time, std::int64_t token) = 0;
  virtual void move(std::int32_t player, std::int32_t lane, double bytes, double on_wire,
                    std::int64_t token) = 0;
  // An exchange of the group is done.
  virtual void done(std::int32_t group) = 0;
};

class Groups {
 public:
  Groups(const program::Play& play, Carrier& carrier);

  void offer(std::int32_t player, std::int32_t pattern, double bytes);
  // Exchanges that the player has offered on the channel and that are not done.
  [[nodiscard]] std::int64_t open(std::int32_t player, std::int32_t channel) const;
  // Exchanges that the player has offered, by channel.
  [[nodiscard]] std::vector<std::int64_t> offered(std::int32_t player) const;

  void expired(std::int64_t token);
  void arrived(std::int64_t token, Recording* recording);

 private:
  struct Offered {
    double bytes = 0;
    std::int32_t pattern = 0;
    std::size_t offers = 0;
  };
  struct State {
    std::deque<Offered> queue;  // the first is being done where `busy`
    std::size_t phase = 0;
    std::int64_t moving = 0;  // transfers of the phase
    std::int64_t done = 0;
    double since = 0;  // when the phase began
    bool busy = false;
  };
  // One sender of a part.
  struct Sender {
    std::int32_t player = 0;
    const program::Part* part = nullptr;
    std::int32_t flow = 0;
  };

  // What the transfers of a phase wait before they start.
  struct Waits {
    double least = 0;
    double most = 0;
    double in_turn = 0;  // the longest of each part, one after the other
  };

  void start(std::int32_t group);
  [[nodiscard]] Waits waits(std::int32_t group) const;
  void start_phase(std::int32_t group);
  void send(std::int32_t group, const Sender& sender);
  void finish(std::int32_t group);
  // Calls `visit(Sender)` for every transfer of the group's phase.
  template <class Visit>
  void each_sender(std::int32_t group, const Visit& visit) const;
  [[nodiscard]] const program::Pattern& pattern(const State& state) const;
  // Tokens: a whole group (even), or a sender's lane (odd).
  [[nodiscard]] std::int64_t lane_token(std::int32_t player, std::int32_t lane) const;
  [[nodiscard]] State& state(std::int32_t group) {
    return states_[static_cast<std::size_t>(group)];
  }

  const program::Play& play_;
  Carrier& carrier_;
  std::vector<State> states_;
  std::vector<std::int64_t> offered_;       // [players, channels]
  std::vector<std::int32_t> lane_channel_;  // of each exchange lane
};

}  // namespace trainyard::engine
