#include "step/trace.hpp"

#include <fmt/format.h>

#include "engine/role_times.hpp"
#include "program/channel.hpp"

namespace trainyard::step {
namespace {

using program::Instruction;
using program::Verb;

// A slower chip takes longer to compute, not to exchange.
Seconds duration(const Instruction& instruction, const program::Player& self) {
  const double factor = engine::computes(instruction.activity) ? self.slowness : 1;
  return Seconds(instruction.amount * factor);
}

class Tracer {
 public:
  explicit Tracer(const program::Play& play);
  void add(const engine::Span& span);
  void add(const engine::Move& move);
  std::vector<TraceEvent> take() && { return std::move(events_); }

 private:
  [[nodiscard]] TraceEvent event(std::int32_t player) const;
  [[nodiscard]] std::string stream(std::int32_t lane) const;

  const program::Play& play_;
  std::vector<std::string> streams_;  // of each lane
  std::vector<TraceEvent> events_;
};

Tracer::Tracer(const program::Play& play)
    : play_(play), streams_(static_cast<std::size_t>(play.lanes)) {
  for (const program::Pattern& pattern : play.patterns) {
    for (const auto& phase : pattern.phases) {
      for (const program::Part& part : phase) {
        streams_[static_cast<std::size_t>(part.lane)] =
            program::channel_names[static_cast<std::size_t>(pattern.channel)];
      }
    }
  }
}

std::string Tracer::stream(std::int32_t lane) const {
  if (lane >= play_.first_exchange_lane) return streams_[static_cast<std::size_t>(lane)];
  if (lane == program::lane::input) return "input";
  return lane % 2 == 1 ? "activations" : "activation gradients";
}

TraceEvent Tracer::event(std::int32_t player) const {
  const program::Player& self = play_.players[static_cast<std::size_t>(player)];
  return {.stage = play_.roles[static_cast<std::size_t>(self.role)].name, .rank = self.first};
}

// A run of computing is shown operator by operator, each as long as it takes.
void Tracer::add(const engine::Span& span) {
  const program::Player& self = play_.players[static_cast<std::size_t>(span.player)];
  const program::Role& role = play_.roles[static_cast<std::size_t>(self.role)];
  const auto call = static_cast<std::size_t>(span.call);
  const program::Body& body = role.bodies[static_cast<std::size_t>(role.calls[call])];
  TraceEvent event = this->event(span.player);
  event.stream = "compute";
  event.micro_batch = role.micro_batches[call];
  event.start = span.start;
  for (std::int32_t i = span.first; i < span.end; ++i) {
    const Instruction& instruction = role.instructions[static_cast<std::size_t>(i)];
    const bool computes = instruction.verb == Verb::compute;
    event.duration = computes ? duration(instruction, self) : span.finish - span.start;
    const auto activity = program::activity_names[static_cast<std::size_t>(instruction.activity)];
    event.name = computes
                     ? fmt::format("{}: {}", play_.labels[static_cast<std::size_t>(body.label)],
                                   play_.labels[static_cast<std::size_t>(instruction.label)])
                     : std::string(activity);
    events_.push_back(event);
    event.start += event.duration;
  }
}

void Tracer::add(const engine::Move& move) {
  TraceEvent event = this->event(move.player);
  event.stream = stream(move.lane);
  event.name = fmt::format("{} {:.4g} MB", event.stream, move.bytes.value() / 1e6);
  event.start = move.start;
  event.duration = move.finish - move.start;
  events_.push_back(std::move(event));
}

}  // namespace

std::vector<TraceEvent> trace(const Played& played, const engine::Recording& recording) {
  Tracer tracer(played.play);
  for (const engine::Span& span : recording.spans) tracer.add(span);
  for (const engine::Move& move : recording.moves) tracer.add(move);
  return std::move(tracer).take();
}

}  // namespace trainyard::step
