#include "step/profile.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "base/packing.hpp"
#include "engine/isolated.hpp"
#include "program/channel.hpp"
#include "step/play.hpp"

namespace trainyard::step {
namespace {

using program::Channel;

class Profiler {
 public:
  Profiler(const Task& task, const Played& played, const engine::Recording& recording);
  Profile profile() &&;

 private:
  [[nodiscard]] Seconds summed(const engine::Note& note, Channel channel) const;
  [[nodiscard]] bool exchanges(std::int32_t player, Channel channel) const {
    return group(player, channel) != program::none;
  }
  [[nodiscard]] std::int32_t group(std::int32_t player, Channel channel) const {
    return play_.group[play_.at_channel(player, static_cast<std::int32_t>(channel))];
  }

  const program::Play& play_;
  const engine::Recording& recording_;
  std::vector<std::vector<Seconds>> done_;  // [groups]: when each exchange was
  std::vector<Seconds> all_;                // [players]
  Profile profile_;
};

Profiler::Profiler(const Task& task, const Played& played, const engine::Recording& recording)
    : play_(played.play),
      recording_(recording),
      done_(played.play.members.size()),
      all_(played.play.players.size()) {
  profile_.answer = summed_up(task, played);
  profile_.ready.resize(static_cast<std::size_t>(task.model.blocks()) + 2);
  for (const engine::Exchanged& one : recording.exchanges) {
    done_[static_cast<std::size_t>(one.group)].push_back(one.time);
  }
}

// The first exchange offered after the note has the layer's gradients in it.
Seconds Profiler::summed(const engine::Note& note, Channel channel) const {
  if (!exchanges(note.player, channel)) return note.time;
  const auto& done = done_[static_cast<std::size_t>(group(note.player, channel))];
  const auto next = static_cast<std::size_t>(note.offered[static_cast<std::size_t>(channel)]);
  return next < done.size() ? std::max(note.time, done[next])
                            : all_[static_cast<std::size_t>(note.player)];
}

Profile Profiler::profile() && {
  for (const engine::Note& note : recording_.notes) {
    if (note.index != program::all_gradients) continue;
    all_[static_cast<std::size_t>(note.player)] = note.time;
    profile_.all_ready = std::max(profile_.all_ready, note.time);
  }
  for (const engine::Note& note : recording_.notes) {
    if (note.index == program::all_gradients) continue;
    Seconds ready =
        std::max(summed(note, Channel::gradients), summed(note, Channel::expert_gradients));
    // Hybrid sharding sums over replicas at the very end.
    if (exchanges(note.player, Channel::replicas)) {
      ready = all_[static_cast<std::size_t>(note.player)];
    }
    Seconds& layer = profile_.ready[static_cast<std::size_t>(note.index)];
    layer = std::max(layer, ready);
  }
  return std::move(profile_);
}

// Alike: on the same kinds of nodes, as many, divided in the same way. Sites make no difference to
// a branch that stands at one.
bool alike(const Task& one, const Task& other) {
  return !one.identity.empty() && one.identity == other.identity;
}

std::string packed(const Profile& profile) {
  Packer packer;
  packer << profile.answer << profile.ready << profile.all_ready;
  return std::move(packer).bytes();
}

Profile unpacked(std::string_view bytes) {
  Profile profile;
  Unpacker(bytes) >> profile.answer >> profile.ready >> profile.all_ready;
  return profile;
}

}  // namespace

Profile profile(const Task& branch, const Options& options) {
  engine::Recording recording;
  const Played step = played(branch, 0, options, &recording);
  return Profiler(branch, step, recording).profile();
}

std::vector<Profile> profiles(const std::vector<Task>& branches, const Options& options) {
  std::vector<std::size_t> like;  // the first branch that each is alike
  for (std::size_t b = 0; b < branches.size(); ++b) {
    std::size_t first = 0;
    while (first < b && !alike(branches[first], branches[b])) ++first;
    like.push_back(first);
  }
  engine::IsolatedServer server(
      [&](std::string_view bytes) {
        std::size_t branch = 0;
        Unpacker(bytes) >> branch;
        return packed(profile(branches[branch], options));
      },
      1);
  std::vector<std::string> questions;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    if (like[b] != b) continue;
    Packer packer;
    packer << b;
    questions.push_back(std::move(packer).bytes());
  }
  const std::vector<std::string> answers = server.ask(questions);
  std::vector<Profile> profiles;
  std::size_t next = 0;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    profiles.push_back(like[b] == b ? unpacked(answers[next++]) : profiles[like[b]]);
  }
  return profiles;
}

}  // namespace trainyard::step
