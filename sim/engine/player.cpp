#include "engine/player.hpp"

#include <algorithm>
#include <memory>

#include "base/check.hpp"
#include "engine/delays.hpp"
#include "engine/fair.hpp"
#include "engine/groups.hpp"
#include "engine/player_state.hpp"
#include "engine/role_times.hpp"
#include "engine/s4u.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;
using program::Instruction;
using program::none;
using program::Verb;

class Player final : public Arrivals, public Expiries, public Carrier {
 public:
  Player(const program::Play& play, Backend backend, Recording* recording);
  Outcome run();

  void arrived(std::int64_t token) override;
  void expired(std::int64_t token) override;
  void delay(Seconds time, std::int64_t token) override;
  void move(std::int32_t player, std::int32_t lane, double bytes, double on_wire,
            std::int64_t token) override;
  void done(std::int32_t group) override;

 private:
  // What a delay or transfer was for: the kind in the low bits. Exchanges have theirs (groups.hpp).
  enum class Kind : std::int64_t { computing, latency, moving, propagating, exchange };
  static constexpr std::int64_t kinds = 5;

  [[nodiscard]] const program::Role& role(std::int32_t player) const;
  [[nodiscard]] const Instruction* current(std::int32_t player);
  void connect();
  void advance(std::int32_t player);
  bool step(std::int32_t player, const Instruction& instruction);
  void compute(std::int32_t player);
  void computed(std::int32_t player);
  bool receive(std::int32_t player, const Instruction& instruction);
  void resume(std::int32_t player);
  void wake(std::int32_t player, std::int32_t lane);
  void waited(std::int32_t player, const Instruction& instruction);
  void start_next(std::size_t lane);
  void leave(std::size_t lane);
  void release(std::size_t lane);
  void propagated(std::size_t lane);
  void arrive(std::size_t lane);

  PlayerState& state(std::int32_t player) { return players_[static_cast<std::size_t>(player)]; }
  [[nodiscard]] static double now() { return sg::Engine::get_clock(); }
  [[nodiscard]] std::size_t to_lane(std::int32_t player, std::int32_t lane) const {
    return static_cast<std::size_t>(player) * static_cast<std::size_t>(first_exchange_) +
           static_cast<std::size_t>(lane);
  }

  const program::Play& play_;
  Recording* recording_;
  std::int32_t first_exchange_;
  std::unique_ptr<sg::Engine> engine_;
  std::shared_ptr<Delays> delays_;
  std::shared_ptr<FairNetwork> fair_;
  std::unique_ptr<S4uNetwork> s4u_;
  Network* network_ = nullptr;
  std::vector<RoleTimes> times_;
  std::vector<PlayerState> players_;
  std::vector<Lane> lanes_;                           // [players, point-to-point lanes]
  std::vector<std::vector<std::int32_t>> listeners_;  // of each lane: players
  Groups groups_;
  double end_ = 0;
  Outcome outcome_;
};

Player::Player(const program::Play& play, Backend backend, Recording* recording)
    : play_(play),
      recording_(recording),
      first_exchange_(play.first_exchange_lane),
      engine_(sg::make_engine()),
      players_(play.players.size()),
      groups_(play, *this) {
  if (backend == Backend::s4u) {
    s4u_ = std::make_unique<S4uNetwork>(*engine_, play.flows, play.links, *this);
    network_ = s4u_.get();
  } else {
    simgrid::s4u::create_empty_zone("root")->seal();
    fair_ = std::make_shared<FairNetwork>(
        play.flows, play.links, *this,
        backend == Backend::unshared ? Sharing::none : Sharing::max_min);
    engine_->add_model(fair_);
    network_ = fair_.get();
  }
  delays_ = std::make_shared<Delays>(*this);
  engine_->add_model(delays_);
  for (const program::Role& role : play.roles) times_.push_back(role_times(role));
  connect();
  outcome_.spent.resize(play.players.size());
  outcome_.moved.resize(play.flows.size());
}

void Player::connect() {
  lanes_.resize(players_.size() * static_cast<std::size_t>(first_exchange_));
  listeners_.resize(lanes_.size());
  for (std::size_t p = 0; p < players_.size(); ++p) {
    const auto player = static_cast<std::int32_t>(p);
    const program::Role& own = role(player);
    if (!own.calls.empty()) {
      state(player).at = own.bodies[static_cast<std::size_t>(own.calls.front())].begin;
    }
    for (std::int32_t lane = 0; lane < first_exchange_; ++lane) {
      const std::int32_t sender = play_.sender[play_.at_lane(player, lane)];
      if (sender != none) listeners_[to_lane(sender, lane)].push_back(player);
    }
  }
}

const program::Role& Player::role(std::int32_t player) const {
  const auto index = static_cast<std::size_t>(player);
  return play_.roles[static_cast<std::size_t>(play_.players[index].role)];
}

// The instruction to do next, after the end of a body that of the next call; none at the end.
const Instruction* Player::current(std::int32_t player) {
  PlayerState& self = state(player);
  const program::Role& own = role(player);
  while (self.call < static_cast<std::int32_t>(own.calls.size())) {
    const auto body = static_cast<std::size_t>(own.calls[static_cast<std::size_t>(self.call)]);
    if (self.at < own.bodies[body].end) return &own.instructions[static_cast<std::size_t>(self.at)];
    if (++self.call == static_cast<std::int32_t>(own.calls.size())) break;
    self.at =
        own.bodies[static_cast<std::size_t>(own.calls[static_cast<std::size_t>(self.call)])].begin;
  }
  return nullptr;
}

// Follows the instructions until one takes time or must wait.
void Player::advance(std::int32_t player) {
  while (const Instruction* instruction = current(player)) {
    if (!step(player, *instruction)) {
      state(player).since = now();
      return;
    }
    ++state(player).at;
  }
  end_ = std::max(end_, now());
  state(player).since = now();
}

// True where the instruction is done at once.
bool Player::step(std::int32_t player, const Instruction& instruction) {
  switch (instruction.verb) {
    case Verb::compute:
      compute(player);
      return false;
    case Verb::send: {
      // Where tensor ranks of a stage send together, one of them does for all.
      if (play_.flow[play_.at_lane(player, instruction.index)] == none) return true;
      const std::size_t lane = to_lane(player, instruction.index);
      lanes_[lane].bytes = instruction.amount;
      ++lanes_[lane].sent;
      start_next(lane);
      return true;
    }
    case Verb::receive:
      return receive(player, instruction);
    case Verb::settle: {
      const Lane& lane = lanes_[to_lane(player, instruction.index)];
      return lane.left == lane.sent;
    }
    case Verb::exchange:
      groups_.offer(player, instruction.index, instruction.amount);
      return true;
    case Verb::join:
      return groups_.open(player, instruction.index) <=
             static_cast<std::int64_t>(instruction.amount);
    case Verb::note:
      if (recording_ != nullptr) {
        recording_->notes.push_back(
            {player, instruction.index, groups_.offered(player), Seconds(now())});
      }
      return true;
  }
  return true;
}

void Player::compute(std::int32_t player) {
  const auto index = static_cast<std::size_t>(player);
  const program::Player& self = play_.players[index];
  const Run& run =
      times_[static_cast<std::size_t>(self.role)].runs[static_cast<std::size_t>(state(player).at)];
  delays_->start(Seconds(run.computing * self.slowness + run.waiting),
                 player * kinds + static_cast<std::int64_t>(Kind::computing));
}

void Player::computed(std::int32_t player) {
  PlayerState& self = state(player);
  const auto role = static_cast<std::size_t>(play_.players[static_cast<std::size_t>(player)].role);
  const std::int32_t end = times_[role].runs[static_cast<std::size_t>(self.at)].end;
  if (recording_ != nullptr) {
    recording_->spans.push_back(
        {player, self.call, self.at, end, Seconds(self.since), Seconds(now())});
  }
  self.at = end;
  advance(player);
}

bool Player::receive(std::int32_t player, const Instruction& instruction) {
  const std::int32_t sender = play_.sender[play_.at_lane(player, instruction.index)];
  EXPECT(sender != none);
  const std::size_t from = to_lane(sender, instruction.index);
  Lane& own = lanes_[to_lane(player, instruction.index)];
  if (play_.sending == program::Sending::rendezvous) {
    PlayerState& self = state(player);
    if (self.asks != self.at) {
      self.asks = self.at;
      if (listeners_[from].front() == player) ++lanes_[from].asked;
      start_next(from);
    }
  }
  if (lanes_[from].arrived <= own.received) return false;
  ++own.received;
  state(player).asks = none;
  return true;
}

void Player::waited(std::int32_t player, const Instruction& instruction) {
  PlayerState& self = state(player);
  const double waited = now() - self.since;
  outcome_
      .spent[static_cast<std::size_t>(player)][static_cast<std::size_t>(instruction.activity)] +=
      Seconds(waited);
  if (recording_ != nullptr && waited > 0) {
    recording_->spans.push_back(
        {player, self.call, self.at, self.at + 1, Seconds(self.since), Seconds(now())});
  }
}

// Called when something a player may wait for has happened: tries its instruction again.
void Player::resume(std::int32_t player) {
  const Instruction* instruction = current(player);
  if (instruction == nullptr || instruction->verb == Verb::compute) return;
  if (!step(player, *instruction)) return;
  waited(player, *instruction);
  ++state(player).at;
  advance(player);
}

// Only where the player waits for just that lane.
void Player::wake(std::int32_t player, std::int32_t lane) {
  const Instruction* instruction = current(player);
  if (instruction == nullptr || instruction->index != lane) return;
  if (instruction->verb == Verb::receive || instruction->verb == Verb::settle) resume(player);
}

void Player::start_next(std::size_t index) {
  Lane& lane = lanes_[index];
  if (lane.started > lane.left || lane.started == lane.sent) return;
  const auto lane_number =
      static_cast<std::int32_t>(index % static_cast<std::size_t>(first_exchange_));
  const bool meets =
      play_.sending == program::Sending::rendezvous && lane_number != program::lane::input;
  if (meets && lane.started >= lane.asked) return;
  ++lane.started;
  lane.started_at = now();
  const auto player = static_cast<std::int32_t>(index / static_cast<std::size_t>(first_exchange_));
  const std::int32_t flow = play_.flow[play_.at_lane(player, lane_number)];
  EXPECT(flow != none);
  delays_->start(
      play_.flows[static_cast<std::size_t>(flow)].latency,
      static_cast<std::int64_t>(index) * kinds + static_cast<std::int64_t>(Kind::latency));
}

void Player::delay(Seconds time, std::int64_t token) {
  delays_->start(time, token * kinds + static_cast<std::int64_t>(Kind::exchange));
}

void Player::move(std::int32_t player, std::int32_t lane, double bytes, double on_wire,
                  std::int64_t token) {
  const std::int32_t flow = play_.flow[play_.at_lane(player, lane)];
  outcome_.moved[static_cast<std::size_t>(flow)] += Bytes(bytes);
  network_->start(flow, Bytes(on_wire), token * kinds + static_cast<std::int64_t>(Kind::exchange));
}

void Player::expired(std::int64_t token) {
  ++outcome_.events;
  const std::int64_t what = token / kinds;
  switch (static_cast<Kind>(token % kinds)) {
    case Kind::computing:
      return computed(static_cast<std::int32_t>(what));
    case Kind::exchange:
      return groups_.expired(what);
    default:
      break;
  }
  const auto index = static_cast<std::size_t>(what);
  if (static_cast<Kind>(token % kinds) == Kind::propagating) return propagated(index);
  const auto player = static_cast<std::int32_t>(index / static_cast<std::size_t>(first_exchange_));
  const auto lane = static_cast<std::int32_t>(index % static_cast<std::size_t>(first_exchange_));
  const auto flow = static_cast<std::size_t>(play_.flow[play_.at_lane(player, lane)]);
  const double bytes = lanes_[index].bytes;
  outcome_.moved[flow] += Bytes(bytes);
  const Bytes overhead = std::min(Bytes(bytes), play_.flows[flow].overhead);
  network_->start(static_cast<std::int32_t>(flow), Bytes(bytes) + overhead,
                  what * kinds + static_cast<std::int64_t>(Kind::moving));
}

void Player::arrived(std::int64_t token) {
  ++outcome_.events;
  const std::int64_t what = token / kinds;
  if (static_cast<Kind>(token % kinds) == Kind::exchange) return groups_.arrived(what, recording_);
  leave(static_cast<std::size_t>(what));
}

void Player::leave(std::size_t index) {
  const Lane& lane = lanes_[index];
  const auto player = static_cast<std::int32_t>(index / static_cast<std::size_t>(first_exchange_));
  const auto number = static_cast<std::int32_t>(index % static_cast<std::size_t>(first_exchange_));
  const auto flow = static_cast<std::size_t>(play_.flow[play_.at_lane(player, number)]);
  const Seconds propagation = play_.flows[flow].propagation;
  if (recording_ != nullptr) {
    recording_->moves.push_back({player, number, Bytes(lane.bytes), Seconds(lane.started_at),
                                 Seconds(now()) + propagation});
  }
  if (propagation > Seconds(0)) {
    delays_->start(propagation, static_cast<std::int64_t>(index) * kinds +
                                    static_cast<std::int64_t>(Kind::propagating));
    if (play_.sending == program::Sending::buffered) release(index);
    return;
  }
  release(index);
  arrive(index);
}

// The lane is free for the next transfer, and so is a sender that waited for this one.
void Player::release(std::size_t index) {
  ++lanes_[index].left;
  start_next(index);
}

void Player::propagated(std::size_t index) {
  if (play_.sending != program::Sending::buffered) release(index);
  arrive(index);
}

void Player::arrive(std::size_t index) {
  const auto player = static_cast<std::int32_t>(index / static_cast<std::size_t>(first_exchange_));
  const auto number = static_cast<std::int32_t>(index % static_cast<std::size_t>(first_exchange_));
  ++lanes_[index].arrived;
  for (const std::int32_t listener : listeners_[index]) wake(listener, number);
  if (play_.sending != program::Sending::buffered) wake(player, number);
}

void Player::done(std::int32_t group) {
  if (recording_ != nullptr) recording_->exchanges.push_back({group, Seconds(now())});
  for (const std::int32_t member : play_.members[static_cast<std::size_t>(group)]) {
    const Instruction* instruction = current(member);
    if (instruction != nullptr && instruction->verb == Verb::join) resume(member);
  }
}

Outcome Player::run() {
  const double begin = now();
  end_ = begin;
  for (std::size_t p = 0; p < players_.size(); ++p) advance(static_cast<std::int32_t>(p));
  engine_->run();
  for (std::size_t p = 0; p < players_.size(); ++p) {
    const auto player = static_cast<std::int32_t>(p);
    if (current(player) != nullptr) {
      contract_broken("ENSURE", "every player reaches its end", __FILE__, __LINE__);
    }
    auto& spent = outcome_.spent[p];
    const program::Player& self = play_.players[p];
    for (std::size_t a = 0; a < program::activities; ++a) {
      const double factor = computes(static_cast<Activity>(a)) ? self.slowness : 1;
      spent[a] += Seconds(times_[static_cast<std::size_t>(self.role)].spent[a] * factor);
    }
    spent[static_cast<std::size_t>(Activity::finished)] = Seconds(end_ - state(player).since);
  }
  outcome_.duration = Seconds(end_ - begin);
  return std::move(outcome_);
}

}  // namespace

Outcome play(const program::Play& play, Backend backend, Recording* recording) {
  return Player(play, backend, recording).run();
}

}  // namespace trainyard::engine
