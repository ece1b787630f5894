#include "engine/player.hpp"

#include <deque>
#include <limits>
#include <memory>

#include "base/check.hpp"
#include "engine/delays.hpp"
#include "engine/fair.hpp"
#include "engine/s4u.hpp"

namespace trainyard::engine {
namespace {

using program::Activity;
using program::Instruction;
using program::Verb;

// A transfer waits on its lane for those before it, then for its latency, then moves.
struct Lane {
  std::deque<Bytes> queue;
  bool busy = false;
  std::int64_t arrived = 0;  // at the receiver's end
};

struct PlayerState {
  std::size_t counter = 0;
  std::vector<Lane> lanes;
  std::vector<std::int64_t> received;                // messages taken, by lane
  std::vector<std::vector<std::int32_t>> listeners;  // players that wait for it, by lane
  std::int64_t offered = 0;                          // exchanges
  double waiting_since = 0;
  Activity waiting_for = Activity::finished;
};

struct GroupState {
  std::deque<Bytes> waiting;         // offered by all, not yet started
  std::vector<std::int64_t> offers;  // by member
  Bytes buffer;                      // of the one being done
  std::size_t phase = 0;
  std::int64_t open = 0;  // flows of the phase still moving
  bool busy = false;
  std::int64_t started = 0;
  std::int64_t done = 0;
};

class Stage final : public Arrivals, public Expiries {
 public:
  Stage(const program::Play& play, Backend backend);
  Outcome run();

  void arrived(std::int64_t token) override;
  void expired(std::int64_t token) override;

 private:
  // Tokens: what a delay or transfer was for. Kind in the low bits, then player and lane.
  enum class Kind : std::int64_t { computing, latency, moving };
  [[nodiscard]] std::int64_t token(Kind kind, std::int32_t player, std::int32_t lane) const;

  void connect_lanes();
  void advance(std::int32_t player);
  bool step(std::int32_t player, const Instruction& instruction);
  void count(std::int32_t player, Activity activity, double seconds);
  void wait(std::int32_t player, Activity activity);
  void resume(std::int32_t player);

  void send(std::int32_t player, std::int32_t lane, Bytes bytes);
  void start_next(std::int32_t player, std::int32_t lane);
  void delivered(std::int32_t player, std::int32_t lane);

  void offer(std::int32_t player, Bytes bytes);
  void start_exchange(std::int32_t group);
  void start_phase(std::int32_t group);
  void phase_part_done(std::int32_t group);

  [[nodiscard]] const Instruction* current(std::int32_t player) const;
  PlayerState& state(std::int32_t player) { return players_[static_cast<std::size_t>(player)]; }
  [[nodiscard]] static double now() { return sg::Engine::get_clock(); }

  const program::Play& play_;
  std::unique_ptr<sg::Engine> engine_;
  std::shared_ptr<Delays> delays_;
  std::shared_ptr<FairNetwork> fair_;
  std::unique_ptr<S4uNetwork> s4u_;
  Network* network_ = nullptr;
  std::vector<PlayerState> players_;
  std::vector<GroupState> groups_;
  std::int64_t lanes_ = 0;
  double begin_ = 0;
  double end_ = 0;
  Outcome outcome_;
};

Stage::Stage(const program::Play& play, Backend backend)
    : play_(play), engine_(sg::make_engine()), players_(play.players.size()) {
  if (backend == Backend::s4u) {
    s4u_ = std::make_unique<S4uNetwork>(*engine_, play.flows, play.links, *this);
    network_ = s4u_.get();
  } else {
    simgrid::s4u::create_empty_zone("root")->seal();
    fair_ = std::make_shared<FairNetwork>(play.flows, play.links, *this);
    engine_->add_model(fair_);
    network_ = fair_.get();
  }
  delays_ = std::make_shared<Delays>(*this);
  engine_->add_model(delays_);
  for (const program::Player& player : play.players) {
    lanes_ = std::max(lanes_, static_cast<std::int64_t>(player.lanes.size()));
  }
  connect_lanes();
  outcome_.spent.resize(play.players.size());
  outcome_.moved.resize(play.flows.size());
  for (const auto& members : play.groups)
    groups_.push_back({.offers = std::vector<std::int64_t>(members.size())});
}

void Stage::connect_lanes() {
  for (PlayerState& player : players_) {
    player.lanes.resize(static_cast<std::size_t>(lanes_));
    player.received.resize(static_cast<std::size_t>(lanes_));
    player.listeners.resize(static_cast<std::size_t>(lanes_));
  }
  for (std::size_t p = 0; p < players_.size(); ++p) {
    const auto& senders = play_.players[p].senders;
    for (std::size_t lane = 0; lane < senders.size(); ++lane) {
      if (senders[lane] == program::none) continue;
      state(senders[lane]).listeners[lane].push_back(static_cast<std::int32_t>(p));
    }
  }
}

std::int64_t Stage::token(Kind kind, std::int32_t player, std::int32_t lane) const {
  return (static_cast<std::int64_t>(player) * lanes_ + lane) * 3 + static_cast<std::int64_t>(kind);
}

const Instruction* Stage::current(std::int32_t player) const {
  const auto index = static_cast<std::size_t>(player);
  const auto& instructions =
      play_.roles[static_cast<std::size_t>(play_.players[index].role)].instructions;
  const std::size_t counter = players_[index].counter;
  return counter < instructions.size() ? &instructions[counter] : nullptr;
}

void Stage::count(std::int32_t player, Activity activity, double seconds) {
  outcome_.spent[static_cast<std::size_t>(player)][static_cast<std::size_t>(activity)] +=
      Seconds(seconds);
}

// Follows the instructions until one takes time or must wait.
void Stage::advance(std::int32_t player) {
  while (const Instruction* instruction = current(player)) {
    if (!step(player, *instruction)) return;
    ++state(player).counter;
  }
  end_ = std::max(end_, now());
  wait(player, Activity::finished);
}

// True where the instruction is done at once.
bool Stage::step(std::int32_t player, const Instruction& instruction) {
  PlayerState& self = state(player);
  switch (instruction.verb) {
    case Verb::compute:
      count(player, instruction.activity, instruction.amount);
      delays_->start(Seconds(instruction.amount), token(Kind::computing, player, 0));
      return false;
    case Verb::send:
      send(player, instruction.lane, Bytes(instruction.amount));
      return true;
    case Verb::receive: {
      const auto lane = static_cast<std::size_t>(instruction.lane);
      const std::int32_t sender = play_.players[static_cast<std::size_t>(player)].senders[lane];
      EXPECT(sender != program::none);
      if (state(sender).lanes[lane].arrived > self.received[lane]) {
        ++self.received[lane];
        return true;
      }
      wait(player, instruction.activity);
      return false;
    }
    case Verb::exchange:
      offer(player, Bytes(instruction.amount));
      return true;
    case Verb::join: {
      const std::int32_t group = play_.players[static_cast<std::size_t>(player)].group;
      if (groups_[static_cast<std::size_t>(group)].done >= self.offered) return true;
      wait(player, instruction.activity);
      return false;
    }
  }
  return true;
}

void Stage::wait(std::int32_t player, Activity activity) {
  state(player).waiting_since = now();
  state(player).waiting_for = activity;
}

// Called when something a player may wait for has happened: tries its instruction again.
void Stage::resume(std::int32_t player) {
  const Instruction* instruction = current(player);
  if (instruction == nullptr) return;
  if (instruction->verb != Verb::receive && instruction->verb != Verb::join) return;
  PlayerState& self = state(player);
  const double since = self.waiting_since;
  if (!step(player, *instruction)) {
    self.waiting_since = since;
    return;
  }
  count(player, instruction->activity, now() - since);
  ++self.counter;
  advance(player);
}

void Stage::send(std::int32_t player, std::int32_t lane, Bytes bytes) {
  Lane& out = state(player).lanes[static_cast<std::size_t>(lane)];
  out.queue.push_back(bytes);
  if (!out.busy) start_next(player, lane);
}

void Stage::start_next(std::int32_t player, std::int32_t lane) {
  Lane& out = state(player).lanes[static_cast<std::size_t>(lane)];
  out.busy = !out.queue.empty();
  if (!out.busy) return;
  const std::int32_t flow =
      play_.players[static_cast<std::size_t>(player)].lanes[static_cast<std::size_t>(lane)];
  EXPECT(flow != program::none);
  delays_->start(play_.flows[static_cast<std::size_t>(flow)].latency,
                 token(Kind::latency, player, lane));
}

void Stage::expired(std::int64_t token) {
  ++outcome_.events;
  const auto kind = static_cast<Kind>(token % 3);
  const auto player = static_cast<std::int32_t>(token / 3 / lanes_);
  const auto lane = static_cast<std::int32_t>(token / 3 % lanes_);
  if (kind == Kind::computing) {
    ++state(player).counter;
    advance(player);
    return;
  }
  const std::int32_t flow =
      play_.players[static_cast<std::size_t>(player)].lanes[static_cast<std::size_t>(lane)];
  const Bytes bytes = state(player).lanes[static_cast<std::size_t>(lane)].queue.front();
  outcome_.moved[static_cast<std::size_t>(flow)] += bytes;
  network_->start(flow, bytes, this->token(Kind::moving, player, lane));
}

void Stage::arrived(std::int64_t token) {
  ++outcome_.events;
  delivered(static_cast<std::int32_t>(token / 3 / lanes_),
            static_cast<std::int32_t>(token / 3 % lanes_));
}

void Stage::delivered(std::int32_t player, std::int32_t lane) {
  Lane& out = state(player).lanes[static_cast<std::size_t>(lane)];
  out.queue.pop_front();
  ++out.arrived;
  start_next(player, lane);
  if (lane >= program::lane::first_phase) {
    phase_part_done(play_.players[static_cast<std::size_t>(player)].group);
    return;
  }
  for (const std::int32_t listener : state(player).listeners[static_cast<std::size_t>(lane)]) {
    resume(listener);
  }
}

// An exchange starts when every member has offered its buffer, one after the other.
void Stage::offer(std::int32_t player, Bytes bytes) {
  const std::int32_t group = play_.players[static_cast<std::size_t>(player)].group;
  EXPECT(group != program::none);
  GroupState& exchange = groups_[static_cast<std::size_t>(group)];
  const auto& members = play_.groups[static_cast<std::size_t>(group)];
  ++state(player).offered;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i] == player) ++exchange.offers[i];
    fewest = std::min(fewest, exchange.offers[i]);
  }
  const auto ready = exchange.started + static_cast<std::int64_t>(exchange.waiting.size());
  if (fewest > ready) exchange.waiting.push_back(bytes);
  if (!exchange.busy) start_exchange(group);
}

void Stage::start_exchange(std::int32_t group) {
  GroupState& exchange = groups_[static_cast<std::size_t>(group)];
  exchange.busy = !exchange.waiting.empty();
  if (!exchange.busy) return;
  exchange.buffer = exchange.waiting.front();
  exchange.waiting.pop_front();
  ++exchange.started;
  exchange.phase = 0;
  start_phase(group);
}

void Stage::start_phase(std::int32_t group) {
  GroupState& exchange = groups_[static_cast<std::size_t>(group)];
  const auto& members = play_.groups[static_cast<std::size_t>(group)];
  const Bytes bytes = exchange.buffer * play_.phase_share[exchange.phase];
  exchange.open = static_cast<std::int64_t>(members.size());
  const auto lane = program::lane::first_phase + static_cast<std::int32_t>(exchange.phase);
  for (const std::int32_t member : members) send(member, lane, bytes);
}

// A phase is over when the last member's flow is.
void Stage::phase_part_done(std::int32_t group) {
  GroupState& exchange = groups_[static_cast<std::size_t>(group)];
  if (--exchange.open > 0) return;
  if (++exchange.phase < play_.phase_share.size()) return start_phase(group);
  ++exchange.done;
  start_exchange(group);
  for (const std::int32_t member : play_.groups[static_cast<std::size_t>(group)]) resume(member);
}

Outcome Stage::run() {
  begin_ = now();
  end_ = begin_;
  for (std::size_t p = 0; p < players_.size(); ++p) advance(static_cast<std::int32_t>(p));
  engine_->run();
  for (std::size_t p = 0; p < players_.size(); ++p) {
    const auto player = static_cast<std::int32_t>(p);
    if (current(player) != nullptr) {
      contract_broken("ENSURE", "every player reaches its end", __FILE__, __LINE__);
    }
    count(player, Activity::finished, end_ - state(player).waiting_since);
  }
  outcome_.duration = Seconds(end_ - begin_);
  return outcome_;
}

}  // namespace

Outcome play(const program::Play& play, Backend backend) {
  return Stage(play, backend).run();
}

}  // namespace trainyard::engine
