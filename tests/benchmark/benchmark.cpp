// Times the step engine by named cases, each in a process of its own that has read its scenario
// before the clock starts. Prints JSON: processor seconds, peak memory, events a second. Build a
// release; README.md keeps the figures, compare.py compares two runs.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "engine/player.hpp"
#include "planner/search.hpp"
#include "scenario/library.hpp"
#include "scenario/scenario.hpp"
#include "step/answer.hpp"
#include "step/estimate.hpp"

namespace trainyard::benchmark {
namespace {

struct Result {
  double simulated = 0;  // seconds; of an estimate: plans
  std::int64_t events = 0;
};

struct Case {
  std::string name;
  std::function<std::function<Result()>()> prepare;  // not timed
};

struct Chosen {
  step::Task task;
  std::int64_t nodes = 0;
};

Chosen choose(const std::string& file, const std::string& variant,
              const std::vector<std::string>& sets = {}) {
  scenario::Library library({std::string(PROJECT_DIR) + "/platforms"});
  const scenario::Scenario read = scenario::read(
      {.path = std::string(PROJECT_DIR) + "/scenarios/" + file, .overrides = sets}, library);
  for (const scenario::StepJob& job : read.steps) {
    if (variant.empty() || job.variant == variant) return {read.tasks[job.task], job.nodes};
  }
  throw std::runtime_error("no variant " + variant);
}

Case step_case(const std::string& name, const std::string& file, const std::string& variant,
               program::Folding folding, const std::vector<std::string>& sets = {}) {
  return {name, [=] {
            return [chosen = choose(file, variant, sets), folding] {
              const step::Answer answer =
                  step::play(chosen.task, chosen.nodes, {.folding = folding});
              return Result{answer.duration.value(), answer.events};
            };
          }};
}

// Random pairs on 1,250 hosts of 50 GB/s each way, sizes uniform from 0.5 to 1.5 GB, all at once.
program::Play coupled_flows(std::int32_t flows) {
  constexpr std::int32_t hosts = 1250;
  std::mt19937_64 bits(1);
  const auto uniform = [&bits] { return static_cast<double>(bits() >> 11U) * 0x1p-53; };
  program::Play play;
  play.labels = {""};
  play.lanes = 1;
  play.first_exchange_lane = 1;
  play.sending = program::Sending::rendezvous;  // so that senders see their transfer off
  play.links.assign(2 * hosts, BytesPerSecond(50e9));
  for (std::int32_t f = 0; f < flows; ++f) {
    const auto src = static_cast<std::int32_t>(bits() % hosts);
    const auto dst = static_cast<std::int32_t>(bits() % hosts);
    play.flows.push_back({.uses = {{2 * src, 1}, {2 * dst + 1, 1}}});
    program::Role& role = play.roles.emplace_back();
    role.instructions = {
        {.amount = (0.5 + uniform()) * 1e9, .index = 0, .verb = program::Verb::send},
        {.index = 0, .verb = program::Verb::settle, .activity = program::Activity::pipeline_wait}};
    role.bodies = {{0, 2, 0}};
    role.calls = {0};
    role.micro_batches = {-1};
    play.players.push_back({.role = f});
    play.flow.push_back(f);
    play.sender.push_back(program::none);
  }
  return play;
}

Case coupled_case() {
  return {"10,000 coupled flows", [] {
            return [play = coupled_flows(10000)] {
              const engine::Outcome outcome = engine::play(play, engine::Backend::fair);
              return Result{outcome.duration.value(), outcome.events};
            };
          }};
}

Case estimate_case() {
  return {"estimate, 1,000 plans", [] {
            return [chosen = choose("llama3-405b-16k.json", "")] {
              Result result;
              for (int i = 0; i < 1000; ++i) {
                const auto plan = step::plan_on(chosen.task, chosen.nodes);
                result.simulated += step::estimate(chosen.task, *plan).duration.value();
                ++result.events;
              }
              return result;
            };
          }};
}

Case search_case() {
  return {"plan auto, 405B on 16,384 H100", [] {
            return [chosen = choose("llama3-405b-16k.json", "")] {
              const auto found = planner::search(chosen.task, chosen.nodes, 2048);
              return Result{found->estimate.duration.value(), found->plans};
            };
          }};
}

std::vector<Case> cases() {
  using program::Folding;
  const std::string gpt3 = "gpt3-175b-1k.json";
  return {
      step_case("405B on 16,384 H100, folded", "llama3-405b-16k.json", "", Folding::classes),
      step_case("405B on 131,072 H100, folded", "llama3-405b-131k.json", "", Folding::classes),
      step_case("175B on 1,024, folded", gpt3, "1,024 ranks", Folding::classes),
      step_case("175B on 1,024, full, a flow each collective", gpt3, "1,024 ranks", Folding::off),
      step_case("175B on 1,024, full, every ring step a flow", gpt3,
                "1,024 ranks, every ring step a flow", Folding::off),
      step_case("175B on 16,384, full, merged", gpt3, "16,384 ranks, 32 micro-batches, merged",
                Folding::off),
      step_case("175B on 131,072, full, merged", gpt3, "131,072 ranks, 32 micro-batches, merged",
                Folding::off),
      step_case("ring all-reduce of 1 GiB on 16,384, full", "ring-all-reduce.json", "",
                Folding::off, {"/jobs/ring/chips=16384"}),
      step_case("DeepSeek-V3 on 2,048 H800, folded", "deepseek-v3-2k.json", "DualPipe",
                Folding::classes),
      coupled_case(),
      estimate_case(),
      search_case(),
  };
}

struct Measured {
  Result result;
  double seconds = 0;
  double megabytes = 0;
};

double processor_seconds(const rusage& used) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// In the child: never returns.
[[noreturn]] void run_and_report(const Case& chosen, int pipe) {
  Measured measured;
  const auto work = chosen.prepare();
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  measured.result = work();
  getrusage(RUSAGE_SELF, &after);
  measured.seconds = processor_seconds(after) - processor_seconds(before);
  measured.megabytes = static_cast<double>(after.ru_maxrss) / 1024;
  const bool whole = write(pipe, &measured, sizeof measured) == sizeof measured;
  _exit(whole ? 0 : 1);
}

Measured measure(const Case& chosen) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) run_and_report(chosen, ends[1]);
  close(ends[1]);
  Measured measured;
  const bool whole = read(ends[0], &measured, sizeof measured) == sizeof measured;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (!whole) throw std::runtime_error(chosen.name + " failed");
  return measured;
}

// The least of three runs, one for those that take seconds.
Measured best(const Case& chosen) {
  Measured least = measure(chosen);
  for (int i = 0; i < 2 && least.seconds < 2; ++i) {
    const Measured again = measure(chosen);
    if (again.seconds < least.seconds) least = again;
  }
  return least;
}

int run(const std::string& wanted) {
  std::string lines;
  for (const Case& one : cases()) {
    if (one.name.find(wanted) == std::string::npos) continue;
    const Measured measured = best(one);
    lines += fmt::format(
        "{}  \"{}\": {{\"cpu_seconds\": {:.4f}, \"peak_megabytes\": {:.0f}, \"events\": {}, "
        "\"events_per_second\": {:.3g}, \"simulated_seconds\": {:.9g}}}",
        lines.empty() ? "" : ",\n", one.name, measured.seconds, measured.megabytes,
        measured.result.events,
        static_cast<double>(measured.result.events) / std::max(1e-9, measured.seconds),
        measured.result.simulated);
  }
  fmt::print("{{\n{}\n}}\n", lines);
  return lines.empty() ? 2 : 0;
}

}  // namespace
}  // namespace trainyard::benchmark

// usage: trainyard_benchmark [PART OF A CASE'S NAME]
int main(int count, char** arguments) {
  try {
    return trainyard::benchmark::run(count > 1 ? arguments[1] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
