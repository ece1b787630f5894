#include "step/round.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "engine/player.hpp"
#include "step/round_links.hpp"

namespace trainyard::step {
namespace {

using program::Activity;
using program::Body;
using program::Instruction;
using program::Verb;

constexpr std::int32_t exchange_lane = 1;
using Part = std::vector<std::size_t>;

// What one learner does.
class RoleMaker {
 public:
  RoleMaker(const Round& round, const Learner& learner, program::Role& role)
      : round_(round),
        learner_(learner),
        role_(role),
        fragments_(parts(round.layers, round.sync)) {}
  void make();

 private:
  void begin();
  void end();
  void add(Verb verb, Activity activity, double amount);
  void compute(Seconds until);
  [[nodiscard]] double parameters(const Part& part) const;
  void offer(const Part& part);
  void offers(std::int64_t step);
  void joins(std::int64_t step);
  void step(std::int64_t number);
  [[nodiscard]] bool quiet(std::int64_t step) const;

  const Round& round_;
  const Learner& learner_;
  program::Role& role_;
  std::vector<std::vector<Part>> fragments_;
  Seconds now_;  // in the step
};

void RoleMaker::begin() {
  role_.bodies.push_back({.begin = static_cast<std::int32_t>(role_.instructions.size())});
  role_.calls.push_back(static_cast<std::int32_t>(role_.bodies.size()) - 1);
  role_.micro_batches.push_back(-1);
}

void RoleMaker::end() {
  role_.bodies.back().end = static_cast<std::int32_t>(role_.instructions.size());
}

void RoleMaker::add(Verb verb, Activity activity, double amount) {
  role_.instructions.push_back({.amount = amount, .verb = verb, .activity = activity});
}

void RoleMaker::compute(Seconds until) {
  if (until <= now_) return;
  add(Verb::compute, Activity::measured, (until - now_).value());
  now_ = until;
}

double RoleMaker::parameters(const Part& part) const {
  double sum = 0;
  for (const std::size_t layer : part) sum += round_.layers[layer];
  return sum;
}

void RoleMaker::offer(const Part& part) {
  const double bytes = parameters(part) * round_.sync.bits / 8;
  if (bytes > 0) add(Verb::exchange, Activity::gradient_wait, bytes);
}

// A part leaves once its last layer is there; without overlap all leave at the end.
void RoleMaker::offers(std::int64_t step) {
  for (std::size_t f = 0; f < fragments_.size(); ++f) {
    if (step_of(static_cast<std::int64_t>(f), round_.sync) != step) continue;
    for (const Part& part : fragments_[f]) {
      Seconds ready = round_.sync.overlap ? Seconds(0) : learner_.all_ready;
      for (const std::size_t layer : part) ready = std::max(ready, learner_.ready[layer]);
      compute(ready);
      offer(part);
    }
  }
}

// Fragments that were sent `delay` steps ago must be there; later ones may be under way.
void RoleMaker::joins(std::int64_t step) {
  const Sync& sync = round_.sync;
  std::int64_t later = 0;
  bool due = false;
  for (std::size_t f = 0; f < fragments_.size(); ++f) {
    // Steps since it was sent, in this round or the one before.
    std::int64_t since = step - step_of(static_cast<std::int64_t>(f), sync);
    if (since < 0) since += sync.every;
    due = due || since == sync.delay;
    if (since >= sync.delay) continue;
    later += std::ranges::count_if(fragments_[f],
                                   [this](const Part& part) { return parameters(part) > 0; });
  }
  if (due) add(Verb::join, Activity::gradient_wait, static_cast<double>(later));
}

bool RoleMaker::quiet(std::int64_t step) const {
  for (std::size_t f = 0; f < fragments_.size(); ++f) {
    const std::int64_t sent = step_of(static_cast<std::int64_t>(f), round_.sync);
    if (sent == step || (sent + round_.sync.delay - step) % round_.sync.every == 0) return false;
  }
  return true;
}

// Synchronous steps wait before the optimizer, which needs the sums; local ones after it.
void RoleMaker::step(std::int64_t number) {
  now_ = Seconds(0);
  offers(number);
  const bool before = round_.sync.method == Method::synchronous;
  compute(before ? learner_.all_ready : learner_.step);
  joins(number);
  compute(learner_.step);
}

void RoleMaker::make() {
  const std::int64_t every = round_.sync.every;
  std::int64_t quiet_steps = 0;
  const auto flush = [&] {
    if (quiet_steps == 0) return;
    add(Verb::compute, Activity::measured,
        learner_.step.value() * static_cast<double>(quiet_steps));
    quiet_steps = 0;
  };
  begin();
  for (std::int64_t number = 1; number <= every; ++number) {
    if (quiet(number)) {
      ++quiet_steps;
      continue;
    }
    flush();
    step(number);
  }
  flush();
  add(Verb::note, Activity::finished, 0);
  end();
  for (std::int64_t i = 1; i < rounds_played; ++i) {
    role_.calls.push_back(0);
    role_.micro_batches.push_back(-1);
  }
}

}  // namespace

std::vector<std::vector<Part>> parts(const std::vector<double>& layers, const Sync& sync) {
  const auto fragments = static_cast<std::size_t>(sync.fragments);
  const Bytes chunk = sync.chunk.value_or(Bytes(0));
  std::vector<std::vector<Part>> all(fragments);
  for (std::size_t f = 0; f < fragments; ++f) {
    Part part;
    Bytes size;
    for (std::size_t layer = layers.size(); layer-- > 0;) {
      // The entry and the exit go with the outermost blocks.
      const std::size_t block =
          std::clamp<std::size_t>(layer, 1, std::max<std::size_t>(layers.size(), 3) - 2) - 1;
      if (block % fragments != f) continue;
      part.push_back(layer);
      size += Bytes(layers[layer] * sync.bits / 8);
      if (size < chunk) continue;
      all[f].push_back(std::move(part));
      part.clear();
      size = Bytes(0);
    }
    if (!part.empty()) all[f].push_back(std::move(part));
  }
  return all;
}

std::int64_t step_of(std::int64_t fragment, const Sync& sync) {
  return (fragment + 1) * sync.every / sync.fragments;
}

Ring ring(const Round& round) {
  const auto branches = static_cast<double>(round.learners.size());
  if (round.sync.crossing == Crossing::hierarchical) {
    return {2 * (branches - 1) / branches, 2 * (branches - 1)};
  }
  double members = 0;  // of one ring
  for (const Learner& learner : round.learners) members += learner.holders / learner.rings;
  return {2 * (members - 1) / members, 2 * (members - 1)};
}

program::Play play_of(const Round& round) {
  EXPECT(round.learners.size() >= 2);
  program::Play play{.labels = {""}, .lanes = 2, .first_exchange_lane = 1, .channels = 1};
  RoundLinks links(round);
  const Ring exchanged = ring(round);
  play.patterns.push_back(
      {.channel = 0,
       .phases = {
           {{.lane = exchange_lane, .share = exchanged.share, .messages = exchanged.messages}}}});
  play.members.emplace_back();
  for (std::size_t i = 0; i < round.learners.size(); ++i) {
    const auto number = static_cast<std::int32_t>(i);
    RoleMaker(round, round.learners[i], play.roles.emplace_back()).make();
    play.players.push_back({.role = number, .ranks = round.learners[i].ranks});
    play.flows.push_back(links.between(i, (i + 1) % round.learners.size()));
    play.flow.insert(play.flow.end(), {program::none, number});
    play.sender.insert(play.sender.end(), {program::none, program::none});
    play.group.push_back(0);
    play.members.front().push_back(number);
  }
  play.links = links.capacity();
  for (std::size_t i = 0; i < play.links.size(); ++i) {
    play.link.emplace_back(static_cast<std::int64_t>(i));
  }
  play.link_copies.assign(play.links.size(), 1);
  return play;
}

Joined play(const Round& round, engine::Backend backend) {
  engine::Recording recording;
  const engine::Outcome outcome = engine::play(play_of(round), backend, &recording);
  // Ends of rounds, of whichever branch ends last.
  std::vector<Seconds> ends(static_cast<std::size_t>(rounds_played));
  std::vector<std::size_t> ended(round.learners.size());
  for (const engine::Note& note : recording.notes) {
    Seconds& end = ends[ended[static_cast<std::size_t>(note.player)]++];
    end = std::max(end, note.time);
  }
  const Seconds last = ends.back() - ends[ends.size() - 2];
  double bytes = 0;
  for (const double layer : round.layers) bytes += layer * round.sync.bits / 8;
  const auto every = static_cast<double>(round.sync.every);
  return {.step = last / every,
          .sent = Bytes(bytes * ring(round).share / every),
          .events = outcome.events,
          .steps = std::vector<double>(round.learners.size(), 1)};
}

}  // namespace trainyard::step
