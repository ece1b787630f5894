#include "measure/waste.hpp"

#include <algorithm>

#include "measure/cube.hpp"
#include "measure/held.hpp"
#include "measure/job_sums.hpp"
#include "measure/spans.hpp"

namespace trainyard::measure {
namespace {

using fleet::ChipState;

// By activity.
constexpr std::array<Use, program::activities> use_of_activity{
    Use::compute,        // gemm
    Use::compute,        // attention
    Use::compute,        // memory_bound
    Use::compute,        // measured
    Use::compute,        // host_wait
    Use::compute,        // interference
    Use::compute,        // recompute
    Use::communication,  // tensor_exchange
    Use::communication,  // context_exchange
    Use::communication,  // expert_exchange
    Use::other,          // memory_stream
    Use::bubble,         // pipeline_wait
    Use::other,          // input_wait
    Use::communication,  // parameter_wait
    Use::communication,  // gradient_wait
    Use::other,          // optimizer
    Use::bubble,         // finished
};

std::int64_t count(const fleet::ChipChange& change, ChipState state) {
  return change.chips[static_cast<std::size_t>(state)];
}

// What a group of chips (all of one kind at one site) gains from a moment on.
// Small, as there are a million in a year of a busy fleet.
struct Event {
  Instant time;
  std::int32_t group = 0;
  std::int32_t idle = 0;     // chips that are ready and in no job's hands
  std::int32_t waiting = 0;  // jobs that may run here and do not
};

class Waterfall {
 public:
  Waterfall(const fleet::World& world, const fleet::History& history)
      : world_(world), history_(history), sums_(world.sites.size() * world.nodes.size()) {}

  std::vector<Waste> fill() && {
    add_states();
    for (const Held& one : held(world_, history_)) add_allocation(one);
    for (std::size_t job = 0; job < world_.jobs.size(); ++job) add_waiting(job);
    sweep();
    return std::move(sums_);
  }

 private:
  [[nodiscard]] std::size_t group(std::size_t site, std::size_t node) const {
    return site * world_.nodes.size() + node;
  }
  double& sum(std::size_t group, Use use) { return sums_[group][static_cast<std::size_t>(use)]; }
  [[nodiscard]] Instant inside(Instant time) const {
    return std::clamp(time, world_.from, world_.to);
  }

  void add_states();
  void add_allocation(const Held& one);
  void add_kept(const Held& one, std::size_t group, Seconds time);
  void add_waiting(std::size_t job);
  void add_waiting(const fleet::Job& job, Instant time, int change, std::size_t but = fleet::none);
  void add_event(Instant time, std::size_t group, std::int64_t idle, int waiting) {
    events_.push_back(
        {inside(time), static_cast<std::int32_t>(group), static_cast<std::int32_t>(idle), waiting});
  }
  void sweep();

  const fleet::World& world_;
  const fleet::History& history_;
  std::vector<Waste> sums_;
  std::vector<Event> events_;
};

void Waterfall::add_states() {
  std::vector<std::int64_t> ready(pools(world_));
  const auto add = [&](const fleet::ChipChange& change, Instant until) {
    const std::size_t at = group(change.site, change.node);
    const Instant begin = inside(change.time);
    const Seconds lasted = inside(until) - begin;
    const auto put = [&](Use use, ChipState state) {
      sum(at, use) += static_cast<double>(count(change, state)) * lasted.value();
    };
    put(Use::storage, ChipState::in_storage);
    put(Use::installing, ChipState::installing);
    put(Use::no_power, ChipState::installed);
    put(Use::failed, ChipState::failed);
    std::int64_t& before = ready[pool(world_, change)];
    const std::int64_t now = count(change, ChipState::powered) + count(change, ChipState::busy);
    if (now != before) add_event(begin, at, now - before, 0);
    before = now;
  };
  each_span(
      history_.chips, pools(world_), world_.to,
      [&](const fleet::ChipChange& change) { return pool(world_, change); }, add);
}

void Waterfall::add_allocation(const Held& one) {
  const fleet::Allocation& allocation = *one.allocation;
  const std::size_t at = group(one.option().site, one.option().node);
  const std::int64_t taken = allocation.chips + allocation.spares;
  add_event(allocation.start, at, -taken, -1);
  add_event(allocation.end, at, taken, 1);
  add_waiting(one.job(), allocation.start, -1, at);
  add_waiting(one.job(), allocation.end, 1, at);

  const double lasted = one.lasted().value();
  sum(at, Use::spare) += static_cast<double>(allocation.spares) * lasted;
  sum(at, Use::left_over) += static_cast<double>(allocation.left_over) * lasted;
  const auto put = [&](Use use, Seconds time) { sum(at, use) += one.working() * time.value(); };
  const Seconds computing = allocation.end - allocation.computing;
  put(Use::starting, allocation.computing - allocation.start);
  put(Use::checkpoint, allocation.pauses);
  put(Use::lost, allocation.lost);
  put(Use::unnoticed, allocation.unnoticed);
  // Productive time, taken as what is left of it so that rounding loses nothing.
  add_kept(one, at, computing - allocation.pauses - allocation.unnoticed - allocation.lost);
}

void Waterfall::add_kept(const Held& one, std::size_t group, Seconds time) {
  const double kept = one.working() * time.value();
  const step::Answer* answer = one.answer();
  Seconds step;
  if (answer != nullptr) {
    for (const Seconds part : answer->spent) step += part;
  }
  if (step <= Seconds(0)) {
    sum(group, Use::undivided) += kept;
    return;
  }
  for (std::size_t a = 0; a < program::activities; ++a) {
    sum(group, use_of_activity[a]) += kept * (answer->spent[a] / step);
  }
}

void Waterfall::add_waiting(std::size_t job) {
  const fleet::JobResult& result = history_.jobs[job];
  if (!was_submitted(world_, result)) return;
  add_waiting(world_.jobs[job], result.submitted, 1);
  if (result.finished) add_waiting(world_.jobs[job], *result.finished, -1);
}

// In all groups where the job may run, but for one.
void Waterfall::add_waiting(const fleet::Job& job, Instant time, int change, std::size_t but) {
  for (auto option = job.options.begin(); option != job.options.end(); ++option) {
    const auto same = [&](const fleet::Option& other) {
      return other.site == option->site && other.node == option->node;
    };
    if (std::any_of(job.options.begin(), option, same)) continue;
    const std::size_t at = group(option->site, option->node);
    if (at != but) add_event(time, at, 0, change);
  }
}

void Waterfall::sweep() {
  std::ranges::sort(events_, {}, [](const Event& event) { return event.time.value(); });
  struct State {
    Instant since;
    std::int64_t idle = 0;
    std::int64_t waiting = 0;
  };
  std::vector<State> states(sums_.size(), {world_.from});
  const auto pass = [&](std::size_t group, Instant until) {
    State& state = states[group];
    const double time = static_cast<double>(state.idle) * (until - state.since).value();
    sum(group, state.waiting > 0 ? Use::queue : Use::idle) += time;
    state.since = until;
  };
  for (const Event& event : events_) {
    const auto at = static_cast<std::size_t>(event.group);
    pass(at, event.time);
    states[at].idle += event.idle;
    states[at].waiting += event.waiting;
  }
  for (std::size_t at = 0; at < states.size(); ++at) pass(at, world_.to);
}

}  // namespace

std::vector<Waste> waste(const fleet::World& world, const fleet::History& history) {
  return Waterfall(world, history).fill();
}

void add_waste(std::span<const fleet::World> worlds, std::span<const std::vector<Waste>> wastes,
               const Names& names, Dataset& dataset) {
  Cube time({"chip_time", "time of the chips since they arrived, by what it went to", "s"},
            {{"variant", worlds.size()},
             {"use", uses},
             {"site", names.sites.size()},
             {"accelerator", names.accelerators.size()}});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    for (std::size_t s = 0; s < worlds[v].sites.size(); ++s) {
      for (std::size_t n = 0; n < worlds[v].nodes.size(); ++n) {
        if (at.accelerators[n] == fleet::none) continue;
        const Waste& here = wastes[v][s * worlds[v].nodes.size() + n];
        for (std::size_t u = 0; u < uses; ++u) {
          time.at({v, u, at.sites[s], at.accelerators[n]}) += here[u];
        }
      }
    }
  }
  dataset.variables.push_back(std::move(time).variable());
}

}  // namespace trainyard::measure
